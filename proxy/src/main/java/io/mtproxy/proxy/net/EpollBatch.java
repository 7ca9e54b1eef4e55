package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.Epoll;
import io.mtproxy.proxy.os.Errno;
import io.mtproxy.proxy.os.SubmissionRing;
import org.jspecify.annotations.Nullable;

/**
 * The small reads and the small writes of one iteration of an {@link EpollLoop}, up to 64 in one system call: with many
 * clients the entry to the kernel costs as much as what it does there. A connection does not notice: what it writes is refused
 * for now, as by a full socket, and it is flushed once more when the kernel has taken it. The loop's thread.
 */
final class EpollBatch implements AutoCloseable {
    /** No operation. */
    static final int NONE = -1;

    private final EpollLoop loop;
    private final SubmissionRing ring;
    /** Of events: the operation that reads, or {@link #NONE}. */
    private final int[] reads = new int[SubmissionRing.CAPACITY];
    /** Of operations that write: whose, by which key, from where, and how much. */
    private final @Nullable Connection[] writers = new Connection[SubmissionRing.CAPACITY];
    private final long[] keys = new long[SubmissionRing.CAPACITY];
    private final @Nullable Chunk[] chunks = new Chunk[SubmissionRing.CAPACITY];
    private final int[] lengths = new int[SubmissionRing.CAPACITY];
    private int writes;
    private boolean collecting;

    private EpollBatch(EpollLoop loop, SubmissionRing ring) {
        this.loop = loop;
        this.ring = ring;
    }

    /** Null where the kernel has no ring, or forbids it. */
    static @Nullable EpollBatch open(EpollLoop loop) {
        try {
            SubmissionRing ring = SubmissionRing.open(loop.calls);
            return ring == null ? null : new EpollBatch(loop, ring);
        } catch (LinkageError e) { // a C library without a function that it needs
            return null;
        }
    }

    /** Whether it can still be used. */
    boolean works() {
        return !ring.hasFailed();
    }

    // ---- reads

    /** Handles the events {@code from..to} of the last wait, at most {@link SubmissionRing#CAPACITY}, in their order. */
    void read(Epoll events, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            int slot = loop.slots.find(events.data(i));
            boolean small = slot >= 0 && loop.slots.owner(slot) instanceof Connection c && !c.bulk && c.handle == null
                    && events.events(i) == Epoll.IN && (c.wanted() & Connection.READ) != 0;
            reads[i - from] = small ? ring.receive(loop.slots.descriptor(slot)) : NONE;
            count += small ? 1 : 0;
        }
        boolean together = count >= loop.batchFrom;
        if (together) {
            ring.submit();
        }
        for (int i = from; i < to; i++) {
            int operation = together ? reads[i - from] : NONE;
            if (operation == NONE) {
                loop.dispatch(events.data(i), events.events(i));
            } else {
                received(events.data(i), operation);
            }
        }
        ring.clear();
    }

    private void received(long key, int operation) {
        int slot = loop.slots.find(key);
        if (slot < 0 || !(loop.slots.owner(slot) instanceof Connection c)) {
            return; // closed by what another one received
        }
        int n = ring.result(operation);
        loop.metrics.readCalls++;
        loop.metrics.readBytes += Math.max(n, 0);
        boolean paused = (c.wanted() & Connection.READ) == 0; // by what another one received
        try {
            if (n > 0) {
                ring.received(operation, loop.readBuffer, EventLoop.HEADROOM);
                if (n < SubmissionRing.MOST_RECEIVED || paused) {
                    c.data(loop.readBuffer, EventLoop.HEADROOM, n);
                } else {
                    loop.read(c, slot, n);
                }
            } else if (n < 0 || !paused) { // the kernel tells of FIN again
                loop.ended(c, slot, -n);
            }
        } catch (RuntimeException e) {
            loop.broken(c, e);
        }
    }

    // ---- writes

    /** From now on writes are collected. */
    void collect() {
        collecting = true;
    }

    boolean isFull() {
        return ring.isFull();
    }

    /** Whether {@link #write} is to be asked: it has a write of the connection, or is to take this one. */
    boolean isFor(Connection c, Chunk chunk) {
        return c.write != NONE || (collecting && chunk.next == null && chunk.length() > 0
                && chunk.length() <= SubmissionRing.MOST_SENT && !ring.isFull());
    }

    /** As {@link EventLoop#write}: puts it aside, or tells what the kernel took. */
    int write(Connection c, Chunk chunk) {
        int operation = c.write;
        if (operation == NONE) {
            put(c, chunk);
            return 0;
        }
        if (chunks[operation] != chunk) {
            throw new IllegalStateException("another chunk is written while one waits for the kernel");
        }
        return ring.isDone(operation) ? taken(c, chunk) : 0;
    }

    private void put(Connection c, Chunk chunk) {
        int operation = ring.send(loop.slots.descriptor(c.slot), chunk.array, chunk.start, chunk.length());
        c.write = operation;
        writers[operation] = c;
        keys[operation] = loop.slots.key(c.slot);
        chunks[operation] = chunk;
        lengths[operation] = chunk.length();
        writes++;
    }

    private int taken(Connection c, Chunk chunk) {
        int operation = c.write;
        int n = ring.result(operation);
        c.write = NONE;
        loop.metrics.writeCalls++;
        loop.metrics.writeBytes += Math.max(n, 0);
        if (n < 0) {
            return n == -Errno.EAGAIN ? 0 : -1;
        }
        boolean more = n == lengths[operation] && n < chunk.length(); // staged since
        return more ? loop.write(c, chunk, n) : n;
    }

    /** Something else is about to be done to the connection: the kernel gets its write before. */
    void submitBefore(Connection c) {
        if (c.write != NONE && !ring.isDone(c.write)) {
            ring.submit();
        }
    }

    /** Hands over all that was collected and flushes each connection once more, which takes note of it. */
    void finish() {
        collecting = false;
        if (writes == 0) {
            return;
        }
        ring.submit();
        for (int i = 0; i < writes; i++) {
            Connection c = writers[i];
            if (c != null && loop.slots.find(keys[i]) >= 0) {
                loop.flush(c);
                if (c.write == i && loop.slots.find(keys[i]) >= 0) {
                    loop.broken(c, new IllegalStateException("a write was forgotten"));
                }
            }
            writers[i] = null;
            chunks[i] = null;
        }
        writes = 0;
        ring.clear();
    }

    @Override
    public void close() {
        ring.close();
    }
}
