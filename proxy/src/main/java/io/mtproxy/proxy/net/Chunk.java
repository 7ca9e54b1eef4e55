package io.mtproxy.proxy.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A pooled array with the part of it that is in use, {@code array[start..end)}. Taken from and given back to the
 * {@link BufferPool} of the loop that owns it; whoever holds it last gives it back.
 */
public final class Chunk {
    final byte[] array;
    final int sizeClass;
    int start;
    int end;
    @Nullable
    Chunk next;
    private @Nullable ByteBuffer view;

    Chunk(byte[] array, int sizeClass) {
        this.array = array;
        this.sizeClass = sizeClass;
    }

    /** The whole array; the bytes outside {@code start..end} are anybody's. */
    public byte[] array() {
        return array;
    }

    /** Number of bytes that fit in the array. */
    public int capacity() {
        return array.length;
    }

    /** Bytes in use. */
    int length() {
        return end - start;
    }

    /** The bytes in use, for java.nio: one view per chunk, so that a write allocates nothing. */
    ByteBuffer view() {
        ByteBuffer v = view;
        if (v == null) {
            v = ByteBuffer.wrap(array);
            view = v;
        }
        return v.limit(end).position(start);
    }
}
