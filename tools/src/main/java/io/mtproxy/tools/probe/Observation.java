package io.mtproxy.tools.probe;

import io.mtproxy.wire.crypto.Digests;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * All that a prober saw on one connection.
 *
 * @param shape records with their types, versions and lengths, alerts and hellos in detail, and the end: what has to be the
 *        same whatever keys and randoms were drawn
 * @param digest SHA-256 of all bytes
 * @param firstByteNanos from the prober's last step before it to the first byte; {@link #NEVER} when none came
 * @param endNanos from the prober's last step to the end; {@link #NEVER} when it did not end
 * @param head the first bytes
 */
record Observation(String shape, String digest, long firstByteNanos, long endNanos, byte[] head) {

    static final long NEVER = -1;
    private static final int HEAD = 160;

    static Observation of(byte[] bytes, End end, long firstByteNanos, long endNanos) {
        String answer = Shape.of(bytes);
        return new Observation(answer.isEmpty() ? end.name() : answer + " " + end,
                HexFormat.of().formatHex(Digests.sha256(bytes)), firstByteNanos, endNanos,
                Arrays.copyOf(bytes, Math.min(bytes.length, HEAD)));
    }

    /** The first bytes as text, when they are text, else in hex. */
    String headText() {
        boolean text = head.length > 0;
        for (byte b : head) {
            text &= b == '\r' || b == '\n' || (b >= ' ' && b < 127);
        }
        return text
                ? new String(head, java.nio.charset.StandardCharsets.US_ASCII).replaceAll("\\s+", " ")
                : HexFormat.of().formatHex(head);
    }
}
