package io.mtproxy.proxy.front;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keys that wait to be taken, in the order in which they were made. One thread adds, any number of threads take; none of them
 * waits for another or allocates.
 */
final class KeyRing {
    /** Writes {@code count} fresh keys one behind the other. */
    interface Maker {
        void make(byte[] dst, int off, int count);
    }

    private final int length;
    private final int slots;
    private final int batch;
    private final byte[] keys;
    private final Maker maker;
    /** How many were ever made; the keys before it are visible to whoever reads it. */
    private volatile long made;
    /** How many were ever taken. */
    private final AtomicLong taken = new AtomicLong();

    /**
     * @param length of a key in bytes
     * @param batch  how many are added at a time; {@code slots} is a multiple of twice as many, so a low ring has room
     */
    KeyRing(int length, int slots, int batch, Maker maker) {
        if (slots % (2 * batch) != 0) {
            throw new IllegalArgumentException(slots + " keys, expected a multiple of " + 2 * batch);
        }
        this.length = length;
        this.slots = slots;
        this.batch = batch;
        this.keys = new byte[length * slots];
        this.maker = maker;
    }

    /**
     * Any thread: takes a key that nobody else gets.
     *
     * @return false when there is none; the bytes at {@code dst} may be anything then
     */
    boolean take(byte[] dst, int off) {
        for (long next = taken.get(); next < made; next = taken.get()) {
            System.arraycopy(keys, slot(next), dst, off, length);
            // its slot is not written again before this, so what was copied is a whole key if this succeeds
            if (taken.compareAndSet(next, next + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Any thread: whether half of the keys or more are gone. */
    boolean low() {
        return ready() <= slots / 2;
    }

    /** Any thread: how many keys there are, more or less. */
    int ready() {
        return (int) (made - taken.get());
    }

    /** The adding thread: makes one batch of keys, if there is room. */
    boolean add() {
        long before = made;
        if (before - taken.get() > slots - batch) {
            return false;
        }
        maker.make(keys, slot(before), batch);
        made = before + batch;
        return true;
    }

    private int slot(long number) {
        return (int) (number % slots) * length;
    }
}
