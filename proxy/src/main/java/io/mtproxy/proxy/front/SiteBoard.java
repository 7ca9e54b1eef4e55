package io.mtproxy.proxy.front;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Memory in which one process tells others what it knows of the sites: a text that is replaced as a whole. One writer, from
 * one thread at a time; any number of readers.
 */
public final class SiteBoard {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class,
            ByteOrder.nativeOrder());
    /** More than a sighting with the most records of all has. */
    private static final int EACH = 1 << 17;
    private static final int TRIES = 1000;
    private static final int VERSION_AT = 0;
    private static final int LENGTH_AT = Long.BYTES;
    private static final int TEXT_AT = 2 * Long.BYTES;

    private final ByteBuffer memory;

    /** @param memory {@link #bytes} of it, zero at first */
    public SiteBoard(ByteBuffer memory) {
        this.memory = memory;
    }

    /** How much memory so many sites need; the most of it is never touched. */
    public static long bytes(int sites) {
        return TEXT_AT + (long) sites * EACH;
    }

    /** Changes with each {@link #write}; odd while one is under way, 0 before the first. */
    public long version() {
        return (long) LONGS.getAcquire(memory, VERSION_AT);
    }

    /** Replaces the text, which is of ASCII. A text that does not fit is left out: readers keep the one before. */
    public void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > memory.capacity() - TEXT_AT) {
            return;
        }
        long version = version();
        LONGS.setOpaque(memory, VERSION_AT, version + 1);
        VarHandle.releaseFence();
        LONGS.setOpaque(memory, LENGTH_AT, (long) bytes.length);
        memory.put(TEXT_AT, bytes);
        LONGS.setRelease(memory, VERSION_AT, version + 2);
    }

    /** The text; null when there is none, or its writer was stopped in the middle of replacing it. */
    public @Nullable String read() {
        String text = attempt();
        for (int i = 0; text == null && i < TRIES; i++) {
            Thread.onSpinWait();
            text = attempt();
        }
        return text;
    }

    private @Nullable String attempt() {
        long before = version();
        if (before == 0 || (before & 1) != 0) {
            return null;
        }
        long length = (long) LONGS.getOpaque(memory, LENGTH_AT);
        if (length < 0 || length > memory.capacity() - TEXT_AT) {
            return null;
        }
        byte[] bytes = new byte[(int) length];
        memory.get(TEXT_AT, bytes);
        VarHandle.acquireFence();
        return before == (long) LONGS.getOpaque(memory, VERSION_AT)
                ? new String(bytes, StandardCharsets.US_ASCII)
                : null;
    }
}
