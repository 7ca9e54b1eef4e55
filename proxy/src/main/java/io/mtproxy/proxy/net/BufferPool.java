package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/**
 * Chunks by size class, for the one thread of a loop. What is handed out is bounded by those who take it, what is kept for
 * reuse by a number of bytes and by use: {@link #trim} lets go of what nobody has needed lately. Large arrays that are made
 * and forgotten would cost more than their making: each young collection moves those in use to the old generation, which
 * then grows to its limit.
 */
public final class BufferPool {
    /** The two largest have room for what stands around a packet of 256 KiB or 1 MiB. */
    private static final int[] SIZES = {4 << 10, 16 << 10, 64 << 10, (256 << 10) + (16 << 10), (1 << 20) + (16 << 10)};
    /** Of a heap of 512 MiB this is 32 MiB. */
    private static final int SHARE_OF_HEAP = 16;

    private final @Nullable Chunk[] free = new Chunk[SIZES.length];
    private final int[] kept = new int[SIZES.length];
    /** the fewest that were kept since the last trim: nobody needed so many */
    private final int[] spare = new int[SIZES.length];
    private final long most;
    private long bytesKept;
    private long bytesInUse;
    private long chunksInUse;

    /** Keeps a part of the heap that suits its size. */
    public BufferPool() {
        this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** @param most bytes that are kept for reuse */
    BufferPool(long most) {
        this.most = most;
    }

    /** A chunk of at least that many bytes, empty; beyond the largest class it is made to measure and not kept. */
    public Chunk take(int atLeast) {
        int c = sizeClass(atLeast);
        Chunk chunk = c < SIZES.length ? free[c] : null;
        if (chunk == null) {
            chunk = new Chunk(new byte[c < SIZES.length ? SIZES[c] : atLeast], c);
        } else {
            unlink(chunk);
            spare[c] = Math.min(spare[c], kept[c]);
            chunk.start = 0;
            chunk.end = 0;
        }
        bytesInUse += chunk.array.length;
        chunksInUse++;
        return chunk;
    }

    private void unlink(Chunk first) {
        int c = first.sizeClass;
        free[c] = first.next;
        first.next = null;
        kept[c]--;
        bytesKept -= first.array.length;
    }

    /** Ends the caller's ownership. */
    public void give(Chunk chunk) {
        bytesInUse -= chunk.array.length;
        chunksInUse--;
        int c = chunk.sizeClass;
        if (c < SIZES.length && bytesKept + chunk.array.length <= most
                && (kept[c] + 1L) * chunk.array.length <= most / 2) { // the other half is for other sizes
            chunk.next = free[c];
            free[c] = chunk;
            kept[c]++;
            bytesKept += chunk.array.length;
        }
    }

    /** Lets go of what was kept and not needed since the last call, and tells how many bytes that were. */
    public long trim() {
        long before = bytesKept;
        for (int c = 0; c < SIZES.length; c++) {
            Chunk first = free[c];
            for (int i = spare[c]; i > 0 && first != null; i--) {
                unlink(first);
                first = free[c];
            }
            spare[c] = kept[c];
        }
        return before - bytesKept;
    }

    /** Bytes kept for reuse. */
    long bytesKept() {
        return bytesKept;
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
