package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to one socket: a chain of pooled chunks that exists only while something is pending. A producer asks
 * for {@link #room}, writes at {@link #array}/{@link #position} and tells it by {@link #advance}; the loop's thread sends
 * with {@link #send}.
 */
public final class Output {
    private final BufferPool pool;
    @Nullable
    Chunk head;
    private @Nullable Chunk tail;
    private long pending;
    private long sent;

    public Output(BufferPool pool) {
        this.pool = pool;
    }

    /** Bytes staged and not yet taken by the kernel. */
    public long pending() {
        return pending;
    }

    /** Bytes that the kernel has taken so far. */
    public long sent() {
        return sent;
    }

    /**
     * Makes sure that at least {@code least} bytes can be written at {@link #position}, and takes a chunk that can hold
     * {@code wanted} when it needs a new one.
     *
     * @return the number of bytes that can be written there now
     */
    public int room(int least, int wanted) {
        Chunk t = tail;
        if (t != null && t.array.length - t.end >= least) {
            return t.array.length - t.end;
        }
        // many small packets in one iteration: larger chunks, fewer writes
        int size = t == null ? wanted : Math.max(wanted, 4 * t.array.length);
        Chunk fresh = pool.take(Math.max(least, Math.min(size, 256 << 10)));
        if (t == null) {
            head = fresh;
        } else {
            t.next = fresh;
        }
        tail = fresh;
        return fresh.array.length;
    }

    /** The number of bytes that can be written at {@link #position} now. */
    public int left() {
        Chunk t = tail;
        return t == null ? 0 : t.array.length - t.end;
    }

    /** The array to write to, valid until the next call of {@link #room} or {@link #send}. */
    public byte[] array() {
        return last().array;
    }

    /** Where to write. */
    public int position() {
        return last().end;
    }

    /** Tells that so many bytes were written. */
    public void advance(int bytes) {
        last().end += bytes;
        pending += bytes;
    }

    /** Copies bytes in; for small messages. */
    public void append(byte[] b, int off, int len) {
        if (len == 0) {
            return; // no buffer for nothing
        }
        room(len, len);
        System.arraycopy(b, off, array(), position(), len);
        advance(len);
    }

    /**
     * Gives the kernel what it takes.
     *
     * @return false when the connection failed (its owner has to close it)
     */
    public boolean send(EventLoop loop, Connection connection) {
        for (Chunk h = head; h != null; h = head) {
            int taken = loop.write(connection, h);
            if (taken < 0) {
                return false;
            }
            h.start += taken;
            pending -= taken;
            sent += taken;
            if (h.start < h.end) {
                return true;
            }
            drop(h);
        }
        return true;
    }

    /** A copy of what waits; nothing is touched. */
    public byte[] copy() {
        byte[] copy = new byte[Math.toIntExact(pending)];
        int at = 0;
        for (Chunk h = head; h != null; h = h.next) {
            System.arraycopy(h.array, h.start, copy, at, h.length());
            at += h.length();
        }
        return copy;
    }

    /** Gives everything back to the pool, unsent. */
    public void clear() {
        for (Chunk h = head; h != null; h = head) {
            drop(h);
        }
        pending = 0;
    }

    private void drop(Chunk h) {
        head = h.next;
        if (head == null) {
            tail = null;
        }
        h.next = null;
        pool.give(h);
    }

    private Chunk last() {
        Chunk t = tail;
        if (t == null) {
            throw new IllegalStateException("no room was asked for");
        }
        return t;
    }
}
