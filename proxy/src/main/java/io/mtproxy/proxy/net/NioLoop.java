package io.mtproxy.proxy.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The portable event loop, on {@code java.nio}. It cannot adopt or detach descriptors. */
public final class NioLoop extends LoopCore {
    private final Selector selector;
    private final SocketSettings outgoing;
    private final List<NioListening> listeners = new ArrayList<>();
    private final ByteBuffer readView = ByteBuffer.wrap(readBuffer);
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    /** {@link System#nanoTime} when the first event of this poll was dispatched, 0 before. */
    private long waitedNanos;
    private volatile boolean stopped;

    public NioLoop(BugHandler bugs) throws IOException {
        this(SocketSettings.DEFAULT, bugs);
    }

    /** @param outgoing options of connections that this loop makes */
    public NioLoop(SocketSettings outgoing, BugHandler bugs) throws IOException {
        super(bugs);
        this.outgoing = outgoing;
        selector = Selector.open();
    }

    @Override
    public void listen(Listener listener, Acceptor acceptor) throws IOException {
        if (!(listener instanceof ChannelListener l)) {
            throw new IllegalArgumentException("a listener of another kind of loop: " + listener);
        }
        listeners.add(new NioListening(this, selector, l, acceptor));
    }

    @Override
    public void pauseAccepting(Acceptor acceptor, boolean paused) {
        for (NioListening listening : listeners) {
            listening.pause(acceptor, paused);
        }
    }

    @Override
    public void connect(Connection c, InetSocketAddress target, @Nullable InetSocketAddress source,
            long deadlineMillis) {
        try {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.configureBlocking(false);
                ChannelOptions.apply(channel, outgoing);
                if (source != null) {
                    channel.bind(source);
                }
                boolean done = channel.connect(target);
                SelectionKey key = channel.register(selector, done ? 0 : SelectionKey.OP_CONNECT, c);
                begin(c, key);
                if (done) {
                    execute(() -> connected(c, key));
                } else {
                    key.attach(new Attempt(c,
                            after(deadlineMillis, () -> connectDeadline(c, key, target, deadlineMillis))));
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            failSoon(c, e);
        } catch (RuntimeException e) { // unresolved or unsupported address: the JDK's own checks
            failSoon(c, new IOException("cannot connect to " + target + ": " + e, e));
        }
    }

    /** Stands in for a connection while it is being made, with the deadline that ends with it. */
    private record Attempt(Connection connection, TimerWheel.Timer deadline) {}

    private static void begin(Connection c, SelectionKey key) {
        c.handle = key;
        c.interest = Connection.READ;
        c.inputEnded = false;
    }

    /** An accepted socket: its owner has it from now on. */
    SelectionKey prepare(SocketChannel channel, SocketSettings settings) throws IOException {
        channel.configureBlocking(false);
        ChannelOptions.apply(channel, settings);
        return channel.register(selector, SelectionKey.OP_READ);
    }

    /** ... and belongs to this connection from now on. */
    void enter(Connection c, SelectionKey key) {
        key.attach(c);
        begin(c, key);
    }

    private void connectDeadline(Connection c, SelectionKey key, InetSocketAddress target, long deadlineMillis) {
        if (c.handle == key && isConnecting(key)) {
            c.failed(new SocketTimeoutException("no connection to " + target + " within " + deadlineMillis + " ms"));
        }
    }

    /** Whatever came of it: its deadline must not outlive it. */
    private void endAttempt(SelectionKey key, Connection c) {
        if (key.attachment() instanceof Attempt attempt) {
            cancel(attempt.deadline);
            key.attach(c);
        }
    }

    private static boolean isConnecting(SelectionKey key) {
        return key.isValid() && (key.interestOps() & SelectionKey.OP_CONNECT) != 0;
    }

    @Override
    public void adopt(int descriptor, Connection c) {
        throw new UnsupportedOperationException("java.nio cannot adopt descriptor " + descriptor);
    }

    @Override
    public int descriptor(Connection c) {
        throw new UnsupportedOperationException("java.nio does not tell descriptors");
    }

    @Override
    public int detach(Connection c) {
        throw new UnsupportedOperationException("java.nio cannot give a descriptor away");
    }

    @Override
    public int write(Connection c, Chunk chunk) {
        if (!(c.handle instanceof SelectionKey key)) {
            return -1;
        }
        if (isConnecting(key)) {
            return 0;
        }
        metrics.writeCalls++;
        try {
            int n = ((SocketChannel) key.channel()).write(chunk.view());
            metrics.writeBytes += n;
            return n;
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void interest(Connection c, boolean read, boolean write) {
        c.interest = (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
        if (c.handle instanceof SelectionKey key && key.isValid() && !isConnecting(key)) {
            key.interestOps(c.wanted());
        }
    }

    @Override
    public void shutdownOutput(Connection c) {
        if (c.handle instanceof SelectionKey key) {
            try {
                ((SocketChannel) key.channel()).shutdownOutput();
            } catch (IOException e) {
                if ((c.wanted() & Connection.READ) == 0) {
                    execute(() -> failIfOpen(c, key, e));
                }
            }
        }
    }

    @Override
    public void close(Connection c) {
        Object handle = c.handle;
        c.handle = null;
        if (handle instanceof SelectionKey key) {
            endAttempt(key, c);
            closeQuietly(key);
        }
    }

    @Override
    public void abort(Connection c) {
        if (c.handle instanceof SelectionKey key) {
            try {
                ((SocketChannel) key.channel()).setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // the socket is dead already, which is what was wanted
            }
            close(c);
        }
    }

    @Override
    public Endpoint local(Connection c) {
        try {
            return c.handle instanceof SelectionKey key
                    && ((SocketChannel) key.channel()).getLocalAddress() instanceof InetSocketAddress a
                            ? Endpoint.of(a)
                            : Endpoint.NONE;
        } catch (IOException e) {
            return Endpoint.NONE;
        }
    }

    @Override
    public void run() {
        owner = Thread.currentThread();
        metrics.startedNanos = System.nanoTime();
        while (!stopped && !mayRest()) {
            try {
                poll(waitMillis());
            } catch (IOException e) { // never heals: going round again would only spin
                throw new UncheckedIOException("select failed", e);
            }
            turn();
        }
    }

    private void poll(long waitMillis) throws IOException {
        metrics.polls++;
        if (waitMillis == 0) {
            selector.selectNow(dispatch);
            return;
        }
        long before = System.nanoTime();
        waitedNanos = 0;
        selector.select(dispatch, Math.max(0, waitMillis));
        long end = waitedNanos == 0 ? System.nanoTime() : waitedNanos;
        metrics.idleNanos += end - before;
    }

    private void dispatch(SelectionKey key) {
        if (waitedNanos == 0) {
            waitedNanos = System.nanoTime();
        }
        Object owner = key.attachment() instanceof Attempt attempt ? attempt.connection : key.attachment();
        if (owner instanceof Connection c) {
            try {
                ready(c, key);
            } catch (RuntimeException e) {
                broken(c, e);
            }
        } else if (owner instanceof NioListening listening) {
            guarded(listening.accepting);
        }
    }

    private void ready(Connection c, SelectionKey key) {
        if (!key.isValid() || c.handle != key) {
            return;
        }
        int ready = key.readyOps();
        if ((ready & SelectionKey.OP_CONNECT) != 0) {
            established(c, key);
            return;
        }
        if ((ready & SelectionKey.OP_READ) != 0) {
            read(c, key);
        }
        if ((ready & SelectionKey.OP_WRITE) != 0 && c.handle == key && (c.interest & Connection.WRITE) != 0) {
            c.writable();
        }
    }

    private void read(Connection c, SelectionKey key) {
        int n;
        metrics.readCalls++;
        try {
            n = ((SocketChannel) key.channel()).read(readView.limit(HEADROOM + READ_SIZE).position(HEADROOM));
        } catch (IOException e) {
            c.failed(e);
            return;
        }
        if (n > 0) {
            metrics.readBytes += n;
            c.data(readBuffer, HEADROOM, n);
        } else if (n < 0) {
            c.inputEnded = true;
            key.interestOps(c.wanted());
            c.halfClosed();
        }
    }

    /** Connected at once, told later. */
    private void connected(Connection c, SelectionKey key) {
        try {
            established(c, key);
        } catch (RuntimeException e) {
            broken(c, e);
        }
    }

    private void established(Connection c, SelectionKey key) {
        if (c.handle != key) {
            return;
        }
        endAttempt(key, c);
        try {
            SocketChannel channel = (SocketChannel) key.channel();
            channel.finishConnect();
            key.interestOps(c.wanted());
        } catch (IOException e) {
            c.failed(e);
            return;
        }
        c.connected();
    }

    private void failIfOpen(Connection c, SelectionKey key, IOException e) {
        if (c.handle == key) {
            c.failed(e);
        }
    }

    @Override
    void wakeup() {
        selector.wakeup();
    }

    @Override
    public void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void close() {
        for (SelectionKey key : selector.keys()) {
            if (key.channel() instanceof SocketChannel) {
                closeQuietly(key);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            bugs.bug(e);
        }
    }

    static void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            // nothing of ours is lost: the descriptor is gone either way
        }
    }
}
