package io.mtproxy.tools.load;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a stream that comes in numbered pieces; a piece out of turn spoils it. Not thread-safe. */
final class StreamDigest {

    private final MessageDigest digest;
    private long expected;
    private long bytes;

    /**
     * What a stream was.
     *
     * @param bytes that were in it
     * @param sha256 of them; empty when a piece came out of turn
     */
    record Result(long bytes, byte[] sha256) {}

    StreamDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes a piece; tells whether it is the next one. */
    boolean add(long sequence, byte[] b, int off, int length) {
        boolean inTurn = sequence == expected;
        digest.update(b, off, length);
        bytes += length;
        expected = inTurn ? expected + 1 : Long.MIN_VALUE;
        return inTurn;
    }

    /** Of this stream so far. */
    long bytes() {
        return bytes;
    }

    /** Ends this stream; the next piece begins a new one. */
    Result finish() {
        byte[] sha256 = digest.digest();
        Result result = new Result(bytes, expected < 0 ? new byte[0] : sha256);
        expected = 0;
        bytes = 0;
        return result;
    }
}
