package io.mtproxy.wire.faketls;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Bytes that nobody can tell from encrypted ones: an AES-256-CTR keystream. Much cheaper than a {@link SecureRandom}, which
 * takes 20 us and more for the encrypted flight of one answer. One owner thread.
 */
public final class Noise implements RandomGenerator {
    private static final byte[] ZEROS = new byte[4096];

    private final AesCtr stream;
    private final byte[] word = new byte[Long.BYTES];

    /** A stream of its own, seeded once. */
    public Noise(SecureRandom random) {
        byte[] key = new byte[32];
        byte[] iv = new byte[16];
        random.nextBytes(key);
        random.nextBytes(iv);
        stream = new AesCtr(key, iv);
    }

    @Override
    public long nextLong() {
        fill(word, 0, word.length);
        return Bytes.int64(word, 0);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        fill(bytes, 0, bytes.length);
    }

    /** Overwrites a range. */
    public void fill(byte[] dst, int off, int len) {
        for (int done = 0; done < len;) {
            int n = Math.min(ZEROS.length, len - done);
            stream.apply(ZEROS, 0, n, dst, off + done);
            done += n;
        }
    }
}
