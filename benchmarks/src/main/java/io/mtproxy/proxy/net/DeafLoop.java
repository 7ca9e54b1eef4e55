package io.mtproxy.proxy.net;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop without sockets, for benchmarks: whatever is written is taken at once and counted, the first write
 * can be looked at. Allocates nothing of its own, unlike its sibling for fuzzing, {@code StillLoop}, which keeps what every
 * connection writes. One thread.
 */
public final class DeafLoop extends LoopCore {
    private final List<Connection> dialed = new ArrayList<>();
    private long written;
    private byte[] first = new byte[0];

    /** A bug in a callback ends the benchmark. */
    public DeafLoop() {
        super(bug -> {
            throw new IllegalStateException("a bug in a callback", bug);
        });
    }

    /** The connection that was begun first. */
    public Connection dialed() {
        return dialed.getFirst();
    }

    /** Bytes written so far, by all. */
    public long written() {
        return written;
    }

    /** The bytes of the first write; later ones are only counted. */
    public byte[] firstWrite() {
        return first;
    }

    /** Gives a connection a socket, as an accepted one has. */
    public void give(Connection c) {
        c.slot = 1;
    }

    /** Ends an iteration: runs posted tasks and flushes what was touched. */
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
    public void connect(Connection c, InetSocketAddress target, @Nullable InetSocketAddress source,
            long deadlineMillis) {
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
    public int detach(Connection c) {
        throw new UnsupportedOperationException("no descriptors here");
    }

    @Override
    public int write(Connection c, Chunk chunk) {
        if (written == 0) {
            first = Arrays.copyOfRange(chunk.array, chunk.start, chunk.end);
        }
        written += chunk.length();
        return chunk.length();
    }

    @Override
    public void interest(Connection c, boolean read, boolean write) {}

    @Override
    public void shutdownOutput(Connection c) {}

    @Override
    public void close(Connection c) {
        c.slot = -1;
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
        throw new UnsupportedOperationException("a loop that is turned by hand");
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
}
