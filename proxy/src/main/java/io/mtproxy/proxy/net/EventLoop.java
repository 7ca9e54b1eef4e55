package io.mtproxy.proxy.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits for sockets and moves their bytes. An iteration reads everything that is ready, runs posted tasks
 * and due timers, and then flushes every connection that was {@linkplain Connection#touch touched}: once, and once
 * more if it has put aside what it wrote. Except for
 * {@link #execute}, {@link #suspend}, {@link #resume} and {@link #stop} only that thread (or, before {@link #run}, the thread that made the loop) may call.
 */
public interface EventLoop extends AutoCloseable {
    /** Bytes that one read takes at most: 64 to 128 KiB is the plateau of throughput. */
    int READ_SIZE = 128 << 10;
    /** Bytes in front of the data given to {@link Connection#data} that the callee may overwrite. */
    int HEADROOM = 128;

    /** Begins to accept from a socket of this loop's kind ({@link EventLoops}); each new one is given to the acceptor. */
    void listen(Listener listener, Acceptor acceptor) throws IOException;

    /** Stops or resumes accepting for that acceptor on this loop; meanwhile clients wait in the kernel's queue. */
    void pauseAccepting(Acceptor acceptor, boolean paused);

    /**
     * Begins to connect; {@link Connection#connected} or {@link Connection#failed} follows, never during this call.
     *
     * @param source local address to bind, or null for any
     */
    void connect(Connection c, InetSocketAddress target, @Nullable InetSocketAddress source, long deadlineMillis);

    /**
     * Takes over a connected stream socket by its descriptor, as after an upgrade; reading begins. It is the loop's to close from
     * now on, except when this fails.
     */
    void adopt(int descriptor, Connection c) throws IOException;

    /**
     * The descriptor of an established connection, for a copy of it to go to another process; it stays this loop's. -1 when the
     * connection is not established.
     *
     * @throws UnsupportedOperationException where descriptors are not known
     */
    int descriptor(Connection c);

    /**
     * Gives the descriptor away without closing the socket; the connection is gone from this loop and no callback follows.
     * What was not read yet stays in the kernel; what was staged and not yet taken by it is the owner's to take along.
     */
    int detach(Connection c);

    /**
     * Hands the bytes of the chunk to the kernel: how many it took, 0 when it is full, -1 when the connection failed. At the end
     * of an iteration also 0 when the loop has put them aside, to hand them over together with those of others: then it flushes the
     * connection once more, and what the kernel took is told when the same chunk is written again. The caller keeps that chunk, may
     * add to it, and has to write no other one before.
     */
    int write(Connection c, Chunk chunk);

    /**
     * Chooses whether {@link Connection#data} and {@link Connection#writable} are called; at first only data is. A
     * connection that wants neither is not told of a reset either. What was read already when another connection's callback
     * ended the interest is told nevertheless, and so is a reset that was met in reading.
     */
    void interest(Connection c, boolean read, boolean write);

    /**
     * Sends FIN behind the bytes already written; reading goes on. A peer that is gone may have said something before: then
     * reading tells the rest and the end, and only who does not read is told of a failure.
     */
    void shutdownOutput(Connection c);

    /** Closes in order; no callback follows. Closing twice does nothing. */
    void close(Connection c);

    /** Closes with RST; no callback follows. */
    void abort(Connection c);

    /** The near end of a connected socket. */
    Endpoint local(Connection c);

    /** Puts the connection on the list of those to flush at the end of this iteration. */
    void touch(Connection c);

    /** Runs a task on the loop's thread, soon. Any thread. */
    void execute(Runnable task);

    /** Runs a task once, so many milliseconds from now. */
    TimerWheel.Timer after(long delayMillis, Runnable task);

    /** Milliseconds until a timer is due, 0 when it is late; -1 for null and for one that has fired or was cancelled. */
    long left(TimerWheel.@Nullable Timer timer);

    /** Forgets a timer; null and fired ones are ignored. */
    void cancel(TimerWheel.@Nullable Timer timer);

    /** Calls {@code shed} at the end of every iteration in which the loop's buffers hold more than so many bytes. */
    void limitMemory(long bytes, Runnable shed);

    /** The loop's buffers. */
    BufferPool buffers();

    /** An array of {@code HEADROOM + READ_SIZE + HEADROOM} bytes that any callback may use until it returns. */
    byte[] scratch();

    /** What the loop did so far. */
    LoopMetrics metrics();

    /** Serves until {@link #stop}; the calling thread becomes the loop's owner. */
    void run();

    /**
     * Makes {@link #run} return between two iterations, with nothing staged and no task left; all goes on when it is called again
     * after {@link #resume}. Any thread.
     */
    void suspend();

    /** See {@link #suspend}. Any thread. */
    void resume();

    /** Ends {@link #run}. Any thread. */
    void stop();

    /** Closes all sockets of the loop; after {@link #run} has ended. */
    @Override
    void close();
}
