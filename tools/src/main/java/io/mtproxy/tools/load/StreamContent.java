package io.mtproxy.tools.load;

import io.mtproxy.wire.crypto.Bytes;

/**
 * What a stream consists of: pseudorandom bytes (SplitMix64) that depend on the seed and on the position, so that any
 * piece can be made anywhere and a lost, doubled or moved piece never looks right.
 */
final class StreamContent {

    private static final long STEP = 0x9e3779b97f4a7c15L;

    private StreamContent() {}

    /** Writes the bytes from {@code position} on, a multiple of 8, to {@code b[off .. off + length)}. */
    static void fill(long seed, long position, byte[] b, int off, int length) {
        if ((position & 7) != 0) {
            throw new IllegalArgumentException("position: " + position + " (expected: a multiple of 8)");
        }
        long state = seed + (position >>> 3) * STEP;
        int whole = length & ~7;
        for (int i = 0; i < whole; i += 8) {
            Bytes.putInt64(b, off + i, mix(state));
            state += STEP;
        }
        long last = mix(state);
        for (int i = whole; i < length; i++) {
            b[off + i] = (byte) last;
            last >>>= 8;
        }
    }

    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
