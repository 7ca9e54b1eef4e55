package io.mtproxy.proxy.net;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loop without sockets, for fuzzing: connections are told what their test wants, what they write is taken and kept, and
 * {@link #iterate} ends an iteration. A bug in a callback is thrown on. Its sibling for benchmarks, {@code DeafLoop}, only counts
 * what is written. One thread.
 */
public final class StillLoop extends LoopCore {
    private final List<Connection> dialed = new ArrayList<>();
    private final Map<Connection, ByteArrayOutputStream> written = new IdentityHashMap<>();
    private int openings;
    /** Time stands still as well: else what one input has set would fire in the middle of another. */
    private TimerWheel timers = new TimerWheel(0);

    public StillLoop() {
        super(bug -> {
            throw new AssertionError("a bug in a callback", bug);
        });
    }

    /** Connections that were begun and not yet asked for here. */
    public List<Connection> takeDialed() {
        List<Connection> taken = List.copyOf(dialed);
        dialed.clear();
        return taken;
    }

    /** All that a connection has written since it was given its socket, also when it is closed. */
    public byte[] written(Connection c) {
        ByteArrayOutputStream bytes = written.get(c);
        return bytes == null ? new byte[0] : bytes.toByteArray();
    }

    /** Forgets what was written, and timers that were set. */
    public void forget() {
        written.clear();
        timers = new TimerWheel(0);
    }

    @Override
    public TimerWheel.Timer after(long delayMillis, Runnable task) {
        return timers.schedule(0, delayMillis, task);
    }

    @Override
    public void cancel(TimerWheel.Timer timer) {
        timers.cancel(timer);
    }

    /** Sockets that were given to connections and not closed by them. */
    public int open() {
        return openings;
    }

    /** Gives a connection a socket, as {@link #connect} does. */
    public void give(Connection c) {
        c.slot = 1;
        openings++;
    }

    /** Runs posted tasks and flushes what was touched. */
    public void iterate() {
        turn();
    }

    @Override
    void wakeup() {}

    @Override
    public void listen(Listener listener, Acceptor acceptor) {}

    @Override
    public void pauseAccepting(Acceptor acceptor, boolean paused) {}

    @Override
    public void connect(Connection c, InetSocketAddress target, InetSocketAddress source, long deadlineMillis) {
        give(c);
        dialed.add(c);
    }

    @Override
    public void adopt(int descriptor, Connection c) {
        throw new UnsupportedOperationException("no descriptors here");
    }

    @Override
    public int descriptor(Connection c) {
        throw new UnsupportedOperationException("no descriptors here");
    }

    @Override
    public long left(TimerWheel.Timer timer) {
        return TimerWheel.left(timer, 0);
    }

    @Override
    public int detach(Connection c) {
        throw new UnsupportedOperationException("no descriptors here");
    }

    @Override
    public int write(Connection c, Chunk chunk) {
        written.computeIfAbsent(c, each -> new ByteArrayOutputStream()).write(chunk.array, chunk.start, chunk.length());
        return chunk.length();
    }

    @Override
    public void interest(Connection c, boolean read, boolean write) {}

    @Override
    public void shutdownOutput(Connection c) {}

    @Override
    public void close(Connection c) {
        if (c.isOpen()) {
            c.slot = -1;
            openings--;
        }
    }

    @Override
    public void abort(Connection c) {
        close(c);
    }

    @Override
    public Endpoint local(Connection c) {
        return Endpoint.NONE;
    }

    @Override
    public void run() {
        throw new UnsupportedOperationException("a still loop");
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
}
