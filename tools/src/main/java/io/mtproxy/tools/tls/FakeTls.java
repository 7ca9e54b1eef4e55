package io.mtproxy.tools.tls;

import org.jspecify.annotations.Nullable;

/**
 * How a client hides in TLS.
 *
 * @param domain the site that it asks for, or null for a hello that names none
 * @param hello what its hello looks like
 * @param segments in how many pieces the hello goes out, a pause between them
 * @param maxRecord the most bytes that it puts into one record
 */
public record FakeTls(@Nullable String domain, HelloKind hello, int segments, int maxRecord) {

    /** Most bytes of a record of Telegram Desktop and TDLib. */
    public static final int DESKTOP_RECORD = 2878;

    /** Checks the bounds. */
    public FakeTls {
        if (segments < 1) {
            throw new IllegalArgumentException("segments: " + segments + " (expected: > 0)");
        }
        if (maxRecord < 1 || maxRecord > 16_384) {
            throw new IllegalArgumentException("bytes of a record: " + maxRecord + " (expected: 1..16384)");
        }
    }

    /** As clients of 2026 do it: a large hello in one piece. */
    public static FakeTls of(@Nullable String domain) {
        return new FakeTls(domain, HelloKind.MODERN, 1, DESKTOP_RECORD);
    }

    /** The same with another hello. */
    public FakeTls hello(HelloKind other) {
        return new FakeTls(domain, other, segments, maxRecord);
    }

    /** The same in so many pieces. */
    public FakeTls segments(int pieces) {
        return new FakeTls(domain, hello, pieces, maxRecord);
    }

    /** The same with records of at most so many bytes. */
    public FakeTls maxRecord(int bytes) {
        return new FakeTls(domain, hello, segments, bytes);
    }
}
