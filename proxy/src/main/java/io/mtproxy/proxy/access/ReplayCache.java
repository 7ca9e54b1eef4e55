package io.mtproxy.proxy.access;

import io.mtproxy.wire.crypto.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Remembers which ClientHellos have been answered, so that none is answered twice. Only hellos that a secret fits get in, and
 * the memory is bounded: when it is full the oldest are forgotten, and {@link #rememberedSince} says from when on none is.
 * The memory may be shared by processes. Any thread; no lock, no allocation.
 *
 * <p>
 * A hello is known by 40 bits of its random, and its bucket by 13 more: a fresh one is taken for a replay once in 30 billion.
 * One word of 64 bits for each, with the time of its arrival, can be exchanged without a lock.
 */
public final class ReplayCache {
    /** Nothing has been remembered yet. */
    public static final long NEVER = -1;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int BUCKETS = 1 << 13;
    /** So many that the fullest bucket forgets not much earlier than the others. */
    private static final int PLACES = 32;
    private static final int SINCE_AT = 0;
    private static final int FIRST_AT = PLACES * Long.BYTES;
    /** An entry: the random's bits above, the second of its arrival below. */
    private static final int SECOND_BITS = 24;
    private static final long SECONDS = (1 << SECOND_BITS) - 1;
    /** C: two days. */
    private static final int LIFETIME_SECONDS = 2 * 86_400;
    private static final int GONE = Integer.MAX_VALUE;

    private final ByteBuffer memory;

    /** Bytes that a cache takes: 262,144 hellos. */
    public static final int BYTES = FIRST_AT + BUCKETS * PLACES * Long.BYTES;

    /** @param memory {@link #BYTES} of it, outside the heap, zero at first */
    public ReplayCache(ByteBuffer memory) {
        this.memory = memory;
    }

    /** For this process alone. */
    public static ReplayCache local() {
        return new ReplayCache(ByteBuffer.allocateDirect(BYTES + Long.BYTES).alignedSlice(Long.BYTES));
    }

    /**
     * Remembers a hello that a secret fits.
     *
     * @param random where its random stands, 32 bytes
     * @param now unix time, seconds
     * @return false when it has been here before; when the same one comes twice at the same time, perhaps for both
     */
    public boolean admit(byte[] b, int random, long now) {
        LONGS.compareAndSet(memory, SINCE_AT, 0L, now);
        long print = Bytes.int64(b, random) & ~SECONDS;
        int bucket = FIRST_AT + ((int) Bytes.int64(b, random + Long.BYTES) & (BUCKETS - 1)) * PLACES * Long.BYTES;
        while (true) {
            int place = oldest(bucket, print, now);
            if (place < 0) {
                return false;
            }
            long before = (long) LONGS.getVolatile(memory, place);
            int age = age(before, now);
            if (age != GONE && (before & ~SECONDS) == print) { // put there since
                return false;
            }
            if (LONGS.compareAndSet(memory, place, before, print | (now & SECONDS))) {
                if (age != GONE) {
                    forgotten(now - age);
                }
                return !elsewhere(bucket, place, print, now);
            }
        }
    }

    /**
     * Unix time, in seconds, of which all that came later is remembered; {@link #NEVER} before the first.
     *
     * @param now unix time, seconds
     */
    public long rememberedSince(long now) {
        long since = (long) LONGS.getVolatile(memory, SINCE_AT);
        return since == 0 ? NEVER : Math.max(since, now - LIFETIME_SECONDS);
    }

    /** The place that is free, or else holds the oldest; -1 when the hello is there. */
    private int oldest(int bucket, long print, long now) {
        int oldest = bucket;
        int most = -1;
        for (int i = 0; i < PLACES; i++) {
            int place = bucket + i * Long.BYTES;
            long entry = (long) LONGS.getVolatile(memory, place);
            int age = age(entry, now);
            if (age != GONE && (entry & ~SECONDS) == print) {
                return -1;
            }
            if (age > most) {
                most = age;
                oldest = place;
            }
        }
        return oldest;
    }

    /** Whether another thread or process has put the same hello into another place meanwhile. */
    private boolean elsewhere(int bucket, int own, long print, long now) {
        for (int i = 0; i < PLACES; i++) {
            int place = bucket + i * Long.BYTES;
            long entry = (long) LONGS.getVolatile(memory, place);
            if (place != own && (entry & ~SECONDS) == print && age(entry, now) != GONE) {
                return true;
            }
        }
        return false;
    }

    private void forgotten(long arrival) {
        long since = (long) LONGS.getVolatile(memory, SINCE_AT);
        while (arrival > since && !LONGS.compareAndSet(memory, SINCE_AT, since, arrival)) {
            since = (long) LONGS.getVolatile(memory, SINCE_AT);
        }
    }

    /** Seconds; {@link #GONE} for an empty place and for what is too old. A clock that was set back makes entries new. */
    private static int age(long entry, long now) {
        if (entry == 0) {
            return GONE;
        }
        int age = (int) ((now - entry) & SECONDS);
        if (age > SECONDS / 2) {
            return 0;
        }
        return age > LIFETIME_SECONDS ? GONE : age;
    }
}
