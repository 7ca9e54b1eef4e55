package io.mtproxy.wire.faketls;

import io.mtproxy.wire.crypto.Bytes;

/**
 * Key shares that nobody can tell from real ones and nobody can use: the secrets behind them are forgotten, or never were. Made
 * in microseconds, without allocation. One owner thread.
 */
public final class FastKeyMaterial implements KeyMaterial {
    /** How many keys at a time cost least; more than that are made in parts. */
    public static final int BATCH = CurveKeys.BATCH;

    /** Modulus of ML-KEM (FIPS 203, 2.4). */
    private static final int Q = 3329;
    /** Of 2^16 numbers so many go, that all remainders are equally frequent. */
    private static final int SURPLUS = (1 << 16) % Q;
    /** Bits of the compressed numbers of a ciphertext's first 960 bytes and last 128, of ML-KEM-768 (FIPS 203, table 2). */
    private static final int DU = 10;
    private static final int DV = 4;
    private static final int FIRST = 960;

    /** Few, so that nobody waits long for one key. */
    private static final int STOCK = 8;

    private final Noise noise;
    private final byte[] random = new byte[4096];
    private int used = random.length;
    private final byte[] stock = new byte[STOCK * X25519];
    private int left;
    private final CurveKeys curve = new CurveKeys();

    /** @param noise in the hands of the same thread */
    public FastKeyMaterial(Noise noise) {
        this.noise = noise;
    }

    /** Makes several when it has none left: that costs less for each. */
    @Override
    public void x25519(byte[] dst, int off) {
        if (left == 0) {
            x25519(stock, 0, STOCK);
            left = STOCK;
        }
        left--;
        System.arraycopy(stock, left * X25519, dst, off, X25519);
    }

    /** Writes so many keys, 32 bytes each. */
    public void x25519(byte[] dst, int off, int count) {
        for (int done = 0; done < count; done += BATCH) {
            int n = Math.min(BATCH, count - done);
            int at = draw(n * CurveTable.ROWS);
            curve.make(random, at, n, dst, off + done * X25519);
        }
    }

    /**
     * Numbers as a ciphertext has them, uniform below 3329 and then compressed: that real ones cannot be told from those is what
     * ML-KEM rests upon. The client's key is not looked at.
     */
    @Override
    public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
        for (int i = off; i < off + FIRST; i += 5) {
            long four = compressed(DU) | (long) compressed(DU) << 10 | (long) compressed(DU) << 20
                    | (long) compressed(DU) << 30;
            Bytes.putInt32(dst, i, (int) four);
            dst[i + 4] = (byte) (four >>> 32);
        }
        for (int i = off + FIRST; i < off + MLKEM768_CIPHERTEXT; i++) {
            dst[i] = (byte) (compressed(DV) | compressed(DV) << 4);
        }
    }

    /** A fresh number in so many bits: the nearest to x * 2^bits / q (FIPS 203, 4.7). */
    private int compressed(int bits) {
        return ((number() << bits) + Q / 2) / Q & (1 << bits) - 1;
    }

    /** From 0 to 3328, all equally likely (Lemire, Fast Random Integer Generation in an Interval). */
    private int number() {
        int product;
        do {
            product = Q * (Bytes.int16(random, draw(2)) & 0xffff);
        } while ((product & 0xffff) < SURPLUS);
        return product >>> 16;
    }

    /** Where so many fresh random bytes stand. */
    private int draw(int bytes) {
        if (used + bytes > random.length) {
            noise.fill(random, 0, random.length);
            used = 0;
        }
        int at = used;
        used += bytes;
        return at;
    }
}
