package io.mtproxy.wire.faketls;

import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.Digests;
import java.security.DigestException;
import java.security.MessageDigest;

/** HMAC-SHA256 with prepared secrets, one message after the other. Allocates nothing. One owner thread. */
final class Hmac {
    static final int LENGTH = 32;
    private static final byte[] ZEROS = new byte[Tls.RANDOM_LENGTH];

    private final MessageDigest sha256 = Digests.newSha256();
    private final byte[] result = new byte[LENGTH];

    void begin(TlsSecret secret) {
        sha256.update(secret.inner());
    }

    void update(byte[] b, int off, int len) {
        sha256.update(b, off, len);
    }

    /** Takes in a record that begins with a hello, as if its random were zero. */
    void updateWithoutRandom(byte[] b, int off, int len) {
        sha256.update(b, off, Tls.RANDOM);
        sha256.update(ZEROS);
        int rest = Tls.RANDOM + Tls.RANDOM_LENGTH;
        sha256.update(b, off + rest, len - rest);
    }

    /** The 32 bytes; good until the next message ends. */
    byte[] end(TlsSecret secret) {
        digest();
        sha256.update(secret.outer());
        sha256.update(result);
        digest();
        return result;
    }

    /** Compares the first {@code len} bytes, in words: the time tells nothing about where they differ. */
    static boolean equal(byte[] a, byte[] b, int bOff, int len) {
        int difference = 0;
        for (int i = 0; i < len; i += Integer.BYTES) {
            difference |= Bytes.int32(a, i) ^ Bytes.int32(b, bOff + i);
        }
        return difference == 0;
    }

    private void digest() {
        try {
            sha256.digest(result, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 is not " + LENGTH + " bytes long", e);
        }
    }
}
