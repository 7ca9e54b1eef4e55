package io.mtproxy.proxy.front;

import io.mtproxy.wire.faketls.FastKeyMaterial;
import io.mtproxy.wire.faketls.KeyMaterial;
import io.mtproxy.wire.faketls.Noise;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Key shares made ahead, on a thread of their own that does not keep the process alive, so that event loops only copy them.
 * All loops take from the same 512 x25519 keys and 64 ciphertexts; no key is given twice. Ciphertexts are made once somebody
 * has asked for one. Methods may be called by any thread.
 */
public final class KeyPool implements AutoCloseable {
    private static final int KEYS = 512;
    private static final int CIPHERTEXTS = 64;
    private static final int CIPHERTEXT_BATCH = 8;
    private static final byte[] ANY_KEY = {};

    private final SecureRandom random;
    private final FastKeyMaterial maker;
    private final KeyRing keys;
    private final KeyRing ciphertexts;
    private final Thread thread = new Thread(this::run, "key-pool");
    private final AtomicBoolean asleep = new AtomicBoolean();
    private volatile boolean ciphertextsWanted;
    private volatile boolean closed;

    private KeyPool(SecureRandom random) {
        this.random = random;
        maker = new FastKeyMaterial(new Noise(random));
        keys = new KeyRing(KeyMaterial.X25519, KEYS, FastKeyMaterial.BATCH, maker::x25519);
        ciphertexts = new KeyRing(KeyMaterial.MLKEM768_CIPHERTEXT, CIPHERTEXTS, CIPHERTEXT_BATCH,
                this::makeCiphertexts);
    }

    /**
     * Starts making keys.
     *
     * @param random for seeds; has to be one that any thread may use
     */
    public static KeyPool start(SecureRandom random) {
        KeyPool pool = new KeyPool(random);
        pool.thread.setDaemon(true);
        pool.thread.start();
        return pool;
    }

    /**
     * Keys for one thread. It takes them without waiting and without allocation; when there is none it makes one on the spot, also
     * after {@link #close}.
     */
    public KeyMaterial forLoop() {
        return new Taker(new FastKeyMaterial(new Noise(random)));
    }

    private void run() {
        while (!closed) {
            if (!fill()) {
                sleep();
            }
        }
    }

    /** Adds a batch where there is room for one. */
    private boolean fill() {
        boolean added = keys.add();
        return (ciphertextsWanted && ciphertexts.add()) || added;
    }

    /** Looks once more after having said so: whoever takes a key does both in the other order, so one of the two sees the other. */
    private void sleep() {
        asleep.set(true);
        while (asleep.get() && !low() && !closed) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    private boolean low() {
        return keys.low() || (ciphertextsWanted && ciphertexts.low());
    }

    private void wakeIfLow() {
        if (asleep.get() && low() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void makeCiphertexts(byte[] dst, int off, int count) {
        for (int i = 0; i < count; i++) {
            maker.mlKem768(ANY_KEY, 0, dst, off + i * KeyMaterial.MLKEM768_CIPHERTEXT);
        }
    }

    /** The thread ends soon. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    KeyRing keys() {
        return keys;
    }

    KeyRing ciphertexts() {
        return ciphertexts;
    }

    Thread thread() {
        return thread;
    }

    private final class Taker implements KeyMaterial {
        private final FastKeyMaterial own;

        Taker(FastKeyMaterial own) {
            this.own = own;
        }

        @Override
        public void x25519(byte[] dst, int off) {
            if (!keys.take(dst, off)) {
                own.x25519(dst, off);
            }
            wakeIfLow();
        }

        @Override
        public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
            ciphertextsWanted = true;
            if (!ciphertexts.take(dst, off)) {
                own.mlKem768(key, keyOff, dst, off);
            }
            wakeIfLow();
        }
    }
}
