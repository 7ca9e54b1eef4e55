package io.mtproxy.proxy.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of something incomplete, kept until its other bytes come. The array exists only meanwhile and grows no
 * faster than the bytes do, whatever length a peer announces. The bytes begin at {@code start} and what lies before may be
 * overwritten.
 */
public final class Rest {
    private static final int SMALLEST = 4 << 10;

    private final BufferPool pool;
    private final int start;
    private @Nullable Chunk chunk;
    private int length;

    /** @param start bytes to leave free in front */
    public Rest(BufferPool pool, int start) {
        this.pool = pool;
        this.start = start;
    }

    /** Whether nothing is kept. */
    public boolean isEmpty() {
        return chunk == null;
    }

    /** Number of bytes kept. */
    public int length() {
        return length;
    }

    /** Bytes of memory that they take. */
    public int held() {
        Chunk c = chunk;
        return c == null ? 0 : c.array.length;
    }

    /** Where they begin. */
    public int start() {
        return start;
    }

    /** Where they stand; only while something is kept. */
    public byte[] array() {
        Chunk c = chunk;
        if (c == null) {
            throw new IllegalStateException("nothing is kept");
        }
        return c.array;
    }

    /** Makes place for so many bytes behind those that are there, at {@code array()[start + length()]}. */
    public void room(int bytes) {
        Chunk c = chunk;
        int needed = start + length + bytes;
        if (c != null && c.array.length >= needed) {
            return;
        }
        Chunk bigger = pool.take(Math.max(SMALLEST, Math.max(needed, start + 2 * length)));
        if (c != null) {
            System.arraycopy(c.array, start, bigger.array, start, length);
            pool.give(c);
        }
        chunk = bigger;
    }

    /** Tells that so many bytes were written behind the others. */
    public void advance(int bytes) {
        length += bytes;
    }

    /** Keeps {@code b[from..from+bytes)} instead of what was kept; the array may be this one's own. */
    public void keep(byte[] b, int from, int bytes) {
        Chunk c = chunk;
        if (bytes == 0) {
            drop();
        } else if (c != null && c.array == b) {
            System.arraycopy(b, from, b, start, bytes);
            length = bytes;
        } else {
            drop();
            room(bytes);
            System.arraycopy(b, from, array(), start, bytes);
            length = bytes;
        }
    }

    /** A copy of what is kept; nothing is touched. */
    public byte[] copy() {
        Chunk c = chunk;
        return c == null ? new byte[0] : Arrays.copyOfRange(c.array, start, start + length);
    }

    /** Forgets what is kept. */
    public void drop() {
        Chunk c = chunk;
        if (c != null) {
            chunk = null;
            length = 0;
            pool.give(c);
        }
    }
}
