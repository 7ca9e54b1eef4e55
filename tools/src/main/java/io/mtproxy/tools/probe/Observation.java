package io.mtproxy.tools.probe;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * All that a prober saw on one connection.
 *
 * @param shape records with their types, versions and lengths, alerts and hellos in detail, and the end: what has to be the
 *        same whatever keys and randoms were drawn
 * @param bytes all that came, the first MiB of it
 * @param firstByteNanos from the prober's last step before it to the first byte; {@link #NEVER} when none came
 * @param endNanos from the prober's last step to the end; {@link #NEVER} when it did not end
 */
record Observation(String shape, byte[] bytes, long firstByteNanos, long endNanos) {

    static final long NEVER = -1;
    private static final int HEAD = 160;

    static Observation of(byte[] bytes, End end, long firstByteNanos, long endNanos) {
        String answer = Shape.of(bytes);
        return new Observation(answer.isEmpty() ? end.name() : answer + " " + end, bytes, firstByteNanos, endNanos);
    }

    /** The first bytes as text, when they are text, else in hex. */
    String headText() {
        int length = Math.min(bytes.length, HEAD);
        boolean text = length > 0;
        for (int i = 0; i < length; i++) {
            text &= bytes[i] == '\r' || bytes[i] == '\n' || (bytes[i] >= ' ' && bytes[i] < 127);
        }
        return text
                ? new String(bytes, 0, length, StandardCharsets.US_ASCII).replaceAll("\\s+", " ")
                : HexFormat.of().formatHex(bytes, 0, length);
    }
}
