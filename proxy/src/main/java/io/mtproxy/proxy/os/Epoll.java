package io.mtproxy.proxy.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** An epoll set, for the one thread that owns its {@link SocketCalls}; level-triggered. Linux only. */
public final class Epoll implements AutoCloseable {
    /** There is something to read or to accept. */
    public static final int IN = 1;
    /** There is room to write. */
    public static final int OUT = 4;
    /** Told always, asked for or not. */
    public static final int ERR = 8;
    /** Told always, asked for or not: nothing can be read or written any more. */
    public static final int HUP = 0x10;
    /** Of several sets with the same socket not all are woken; when adding only. */
    public static final int EXCLUSIVE = 1 << 28;

    private static final int ADD = 1;
    private static final int DEL = 2;
    private static final int MOD = 3;

    private final SocketCalls calls;
    private final int capacity;
    private final int eventSize;
    private final int dataOffset;
    private final MemorySegment events;
    private final MemorySegment change;
    private int descriptor;

    /** @param capacity most events that one {@link #await} returns */
    public Epoll(SocketCalls calls, int capacity) throws IOException {
        Machine machine = Machine.current();
        if (machine == null) {
            throw new UnsupportedOperationException("no epoll on this system");
        }
        this.calls = calls;
        this.capacity = capacity;
        eventSize = machine.eventSize;
        dataOffset = machine.eventDataOffset;
        events = Arena.global().allocate((long) capacity * eventSize, Long.BYTES);
        change = Arena.global().allocate(eventSize, Long.BYTES);
        descriptor = calls.epollCreate();
        if (descriptor < 0) {
            throw Errno.exception(calls.errno());
        }
    }

    /** Begins to watch; {@code data} comes back with each event. False = {@link SocketCalls#errno}. */
    public boolean add(int fd, int wanted, long data) {
        return control(ADD, fd, wanted, data);
    }

    /** Watches for something else. */
    public boolean modify(int fd, int wanted, long data) {
        return control(MOD, fd, wanted, data);
    }

    /** Ends watching. Closing the last descriptor of a socket does it, too. */
    public boolean remove(int fd) {
        return control(DEL, fd, 0, 0);
    }

    private boolean control(int operation, int fd, int wanted, long data) {
        change.set(ValueLayout.JAVA_INT_UNALIGNED, 0, wanted);
        change.set(ValueLayout.JAVA_LONG_UNALIGNED, dataOffset, data);
        return calls.epollControl(descriptor, operation, fd, change) == 0;
    }

    /**
     * Waits for events.
     *
     * @param millis at most so long; -1 = for ever
     * @return how many there are, 0 also when a signal came in between
     */
    public int await(int millis) throws IOException {
        int n = calls.epollWait(descriptor, events, capacity, eventSize, millis);
        if (n < 0 && calls.errno() != Errno.EINTR) {
            throw Errno.exception(calls.errno());
        }
        return Math.max(n, 0);
    }

    /** What happened, of an event that {@link #await} counted. */
    public int events(int index) {
        return events.get(ValueLayout.JAVA_INT_UNALIGNED, (long) Objects.checkIndex(index, capacity) * eventSize);
    }

    /** Whose event it is. */
    public long data(int index) {
        return events.get(ValueLayout.JAVA_LONG_UNALIGNED,
                (long) Objects.checkIndex(index, capacity) * eventSize + dataOffset);
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            calls.close(descriptor);
            descriptor = -1;
        }
    }
}
