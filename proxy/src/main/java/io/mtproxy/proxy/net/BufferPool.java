package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/**
 * Chunks by size class, for the one thread of a loop. What is kept for reuse is bounded per class; what is handed out is
 * bounded by those who take it.
 */
public final class BufferPool {
    private static final int[] SIZES = {4 << 10, 16 << 10, 64 << 10, 256 << 10, (1 << 20) + (16 << 10)};
    private static final int[] KEPT = {256, 64, 32, 8, 2};

    private final @Nullable Chunk[] free = new Chunk[SIZES.length];
    private final int[] kept = new int[SIZES.length];
    private long bytesInUse;
    private long chunksInUse;

    /** A chunk of at least that many bytes, empty; beyond the largest class it is made to measure and not kept. */
    public Chunk take(int atLeast) {
        int c = sizeClass(atLeast);
        Chunk chunk = c < SIZES.length ? free[c] : null;
        if (chunk == null) {
            chunk = new Chunk(new byte[c < SIZES.length ? SIZES[c] : atLeast], c);
        } else {
            free[c] = chunk.next;
            kept[c]--;
            chunk.next = null;
            chunk.start = 0;
            chunk.end = 0;
        }
        bytesInUse += chunk.array.length;
        chunksInUse++;
        return chunk;
    }

    /** Ends the caller's ownership. */
    public void give(Chunk chunk) {
        bytesInUse -= chunk.array.length;
        chunksInUse--;
        int c = chunk.sizeClass;
        if (c < SIZES.length && kept[c] < KEPT[c]) {
            chunk.next = free[c];
            free[c] = chunk;
            kept[c]++;
        }
    }

    /** Bytes handed out now; exact on the loop's thread, a recent value on others. */
    public long bytesInUse() {
        return bytesInUse;
    }

    /** Chunks handed out now. */
    public long chunksInUse() {
        return chunksInUse;
    }

    private static int sizeClass(int atLeast) {
        for (int c = 0; c < SIZES.length; c++) {
            if (atLeast <= SIZES[c]) {
                return c;
            }
        }
        return SIZES.length;
    }
}
