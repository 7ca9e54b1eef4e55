package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.Epoll;
import io.mtproxy.proxy.os.Errno;
import io.mtproxy.proxy.os.EventDescriptor;
import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.os.SubmissionRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of Linux: epoll, level-triggered. What connections want to be watched for is told to the kernel once per
 * iteration, before waiting. See {@link SlotTable} for how events find their owners.
 */
public final class EpollLoop extends LoopCore {
    private static final int EVENTS = 256;
    /** Marks a slot whose descriptor the kernel watches, if only for the loss of the peer; fits a byte. */
    private static final int REGISTERED = 1 << 6;
    /** From two on putting together saves calls. */
    static final int SEVERAL = 2;
    /** A number of connections that never comes together. */
    static final int NEVER = Integer.MAX_VALUE;

    final SocketCalls calls;
    final Epoll epoll;
    final SlotTable slots = new SlotTable();
    private final EventDescriptor alarm;
    private final EpollConnecting connecting;
    private final List<EpollListening> listeners = new ArrayList<>();
    final int batchFrom;
    private boolean batchAsked;
    private @Nullable EpollBatch batch;
    private volatile boolean stopped;

    /** @param batchFrom the least number of connections whose reads or writes are put together */
    EpollLoop(SocketSettings outgoing, boolean copying, int batchFrom, BugHandler bugs) throws IOException {
        super(bugs);
        this.batchFrom = batchFrom;
        calls = new SocketCalls(copying);
        connecting = new EpollConnecting(this, outgoing);
        epoll = new Epoll(calls, EVENTS);
        try {
            alarm = new EventDescriptor();
        } catch (IOException e) {
            epoll.close();
            throw e;
        }
        epoll.add(alarm.descriptor(), Epoll.IN, slots.key(slots.add(alarm, alarm.descriptor())));
    }

    // ---- sockets come and go

    @Override
    public void listen(Listener listener, Acceptor acceptor) throws IOException {
        if (!(listener instanceof DescriptorListener d)) {
            throw new IllegalArgumentException("a listener of another kind of loop: " + listener);
        }
        listeners.add(new EpollListening(this, d, acceptor));
    }

    @Override
    public void pauseAccepting(Acceptor acceptor, boolean paused) {
        for (EpollListening listening : listeners) {
            listening.pause(acceptor, paused);
        }
    }

    @Override
    public void connect(Connection c, InetSocketAddress target, @Nullable InetSocketAddress source,
            long deadlineMillis) {
        connecting.connect(c, target, source, deadlineMillis);
    }

    /** A socket gets its owner and a slot; watching begins with the next {@link #applyInterest}. */
    void enter(Connection c, int fd) {
        c.slot = slots.add(c, fd);
        metrics.highestDescriptor = Math.max(metrics.highestDescriptor, fd);
        c.interest = Connection.READ;
        c.inputEnded = false;
        c.bulk = false;
        slots.change(c.slot);
    }

    /** Ends the owner's relation to the socket, which stays open. */
    private int leave(Connection c) {
        submitBefore(c);
        c.write = EpollBatch.NONE;
        if (c.handle instanceof EpollConnecting.Attempt attempt) {
            cancel(attempt.deadline);
        }
        c.handle = null;
        int slot = c.slot;
        c.slot = -1;
        return slot < 0 ? -1 : slots.remove(slot);
    }

    @Override
    public void adopt(int descriptor, Connection c) throws IOException {
        enter(c, descriptor);
        IOException refused = watch(c.slot, Epoll.IN);
        if (refused != null) {
            leave(c);
            throw refused;
        }
    }

    @Override
    public int descriptor(Connection c) {
        return c.slot < 0 || c.handle != null ? -1 : slots.descriptor(c.slot);
    }

    @Override
    public int detach(Connection c) {
        if (c.slot < 0 || c.handle != null || c.write != EpollBatch.NONE) {
            throw new IllegalStateException("not connected, or about to write: nothing to give away");
        }
        unwatch(c.slot); // closing would end that, giving away does not
        return leave(c);
    }

    private void unwatch(int slot) {
        if (slots.watched(slot) != 0) {
            epoll.remove(slots.descriptor(slot));
            slots.watched(slot, 0);
        }
    }

    @Override
    public void shutdownOutput(Connection c) {
        submitBefore(c);
        if (c.slot >= 0 && calls.shutdownOutput(slots.descriptor(c.slot)) < 0 && (c.wanted() & Connection.READ) == 0) {
            IOException cause = Errno.exception(calls.errno());
            long key = slots.key(c.slot);
            execute(() -> {
                if (slots.find(key) >= 0) {
                    c.failed(cause);
                }
            });
        }
    }

    @Override
    public void close(Connection c) {
        int fd = leave(c);
        if (fd >= 0) {
            calls.close(fd);
        }
    }

    @Override
    public void abort(Connection c) {
        if (c.slot >= 0) {
            calls.lingerNot(slots.descriptor(c.slot));
        }
        close(c);
    }

    @Override
    public Endpoint local(Connection c) {
        return c.slot >= 0 && calls.local(slots.descriptor(c.slot)) == 0
                ? new Endpoint(calls.address(), calls.port())
                : Endpoint.NONE;
    }

    // ---- bytes

    @Override
    public int write(Connection c, Chunk chunk) {
        if (c.slot < 0) {
            return -1;
        }
        if (c.handle != null) {
            return 0;
        }
        EpollBatch b = batch;
        return b != null && b.isFor(c, chunk) ? b.write(c, chunk) : write(c, chunk, 0);
    }

    /** Writes the chunk but for its first bytes; returns how many are written then, with those. */
    int write(Connection c, Chunk chunk, int from) {
        int fd = slots.descriptor(c.slot);
        int done = from;
        int n;
        do {
            metrics.writeCalls++;
            n = calls.send(fd, chunk.array, chunk.start + done, chunk.length() - done);
            done += Math.max(n, 0);
        } while (n == SocketCalls.MOST && done < chunk.length());
        metrics.writeBytes += done - from;
        return n < 0 && calls.errno() != Errno.EAGAIN ? -1 : done;
    }

    @Override
    public void interest(Connection c, boolean read, boolean write) {
        int wanted = (read ? Connection.READ : 0) | (write ? Connection.WRITE : 0);
        if (c.slot >= 0 && c.interest != wanted) {
            c.interest = wanted;
            slots.change(c.slot);
        }
    }

    // ---- the loop

    @Override
    public void run() {
        owner = Thread.currentThread();
        metrics.startedNanos = metrics.startedNanos == 0 ? System.nanoTime() : metrics.startedNanos;
        while (!stopped && !mayRest()) {
            applyInterest();
            try {
                poll((int) Math.min(waitMillis(), Integer.MAX_VALUE));
            } catch (IOException e) { // never heals: going round again would only spin
                throw new UncheckedIOException("epoll failed", e);
            }
            turn();
        }
    }

    // ---- together where there are many

    @Override
    void collectWrites(int connections) {
        EpollBatch b = connections >= batchFrom ? batch() : null;
        if (b != null) {
            b.collect();
        }
    }

    @Override
    boolean hasEnoughWrites() {
        EpollBatch b = batch;
        return b != null && b.isFull();
    }

    @Override
    void finishWrites() {
        EpollBatch b = batch;
        if (b != null) {
            b.finish();
        }
    }

    /** What the connection wrote goes out before anything else is done to it. */
    private void submitBefore(Connection c) {
        EpollBatch b = batch;
        if (b != null) {
            b.submitBefore(c);
        }
    }

    /** Made when it is first needed; null where it cannot be had. */
    private @Nullable EpollBatch batch() {
        if (!batchAsked) {
            batchAsked = true;
            batch = EpollBatch.open(this);
        }
        EpollBatch b = batch;
        return b != null && b.works() ? b : null;
    }

    // ---- what the kernel tells

    private void applyInterest() {
        for (int slot = slots.nextChange(); slot >= 0; slot = slots.nextChange()) {
            if (slots.owner(slot) instanceof Connection c) {
                IOException refused = watch(slot, c.handle == null ? c.wanted() : Epoll.OUT);
                if (refused != null) {
                    failSoon(c, refused);
                }
            }
        }
    }

    private @Nullable IOException watch(int slot, int wanted) {
        int watched = slots.watched(slot);
        int now = wanted | REGISTERED;
        if (watched == now) {
            return null;
        }
        slots.watched(slot, now);
        int fd = slots.descriptor(slot);
        boolean done = watched == 0
                ? epoll.add(fd, wanted, slots.key(slot))
                : epoll.modify(fd, wanted, slots.key(slot)); // wanted may be 0: a lost peer is told nevertheless
        return done ? null : Errno.exception(calls.errno());
    }

    private void poll(int waitMillis) throws IOException {
        metrics.polls++;
        long before = waitMillis == 0 ? 0 : System.nanoTime();
        int n = epoll.await(waitMillis);
        if (waitMillis != 0) {
            metrics.idleNanos += System.nanoTime() - before;
        }
        EpollBatch b = n >= batchFrom ? batch() : null;
        int i = 0;
        for (; b != null && b.works() && i < n; i += SubmissionRing.CAPACITY) {
            b.read(epoll, i, Math.min(i + SubmissionRing.CAPACITY, n));
        }
        for (; i < n; i++) {
            dispatch(epoll.data(i), epoll.events(i));
        }
    }

    void dispatch(long key, int events) {
        int slot = slots.find(key);
        Object owner = slot < 0 ? null : slots.owner(slot);
        if (owner instanceof Connection c) {
            try {
                ready(c, slot, key, events);
            } catch (RuntimeException e) {
                broken(c, e);
            }
        } else if (owner instanceof EpollListening listening) {
            guarded(listening.accepting);
        } else if (owner == alarm) {
            alarm.drain();
        }
    }

    private void ready(Connection c, int slot, long key, int events) {
        if (c.handle instanceof EpollConnecting.Attempt attempt) {
            connecting.established(c, attempt);
            return;
        }
        boolean trouble = (events & (Epoll.ERR | Epoll.HUP)) != 0;
        if ((trouble || (events & Epoll.IN) != 0) && (c.wanted() & Connection.READ) != 0) {
            read(c, slot, 0);
        }
        if (trouble && c.wanted() == 0 && slots.find(key) >= 0) { // nobody would notice by reading or writing
            if ((events & Epoll.ERR) == 0) { // both sides have ended in order, read or not: no more news of that
                unwatch(slot);
                return;
            }
            c.failed(new LostException("lost while it was paused"));
            return;
        }
        if ((trouble || (events & Epoll.OUT) != 0) && slots.find(key) >= 0 && (c.wanted() & Connection.WRITE) != 0) {
            c.writable();
        }
    }

    /** Reads behind what is in the buffer already. */
    void read(Connection c, int slot, int before) {
        long key = slots.key(slot);
        metrics.readCalls++;
        int n = calls.recv(slots.descriptor(slot), readBuffer, HEADROOM + before, READ_SIZE - before);
        int errno = n < 0 ? calls.errno() : 0;
        c.bulk = n + before > SubmissionRing.MOST_RECEIVED;
        metrics.readBytes += Math.max(n, 0);
        if (n > 0 || before > 0) {
            c.data(readBuffer, HEADROOM, before + Math.max(n, 0));
        }
        // FIN behind bytes is told again by the kernel, an error is not
        if ((n < 0 || (n == 0 && before == 0)) && slots.find(key) >= 0) {
            ended(c, slot, errno);
        }
    }

    /** There was nothing to read: FIN for 0, else for an error's reason. */
    void ended(Connection c, int slot, int errno) {
        if (errno == 0) {
            c.inputEnded = true;
            slots.change(slot);
            c.halfClosed();
        } else if (errno != Errno.EAGAIN && errno != Errno.EINTR) {
            c.failed(new LostException(Errno.text(errno)));
        }
    }

    @Override
    void wakeup() {
        alarm.signal();
    }

    @Override
    public void stop() {
        stopped = true;
        alarm.signal();
    }

    @Override
    public void close() {
        for (int slot = 0; slot < slots.size(); slot++) {
            if (slots.owner(slot) instanceof Connection c) {
                close(c);
            }
        }
        listeners.forEach(EpollListening::end);
        EpollBatch b = batch;
        if (b != null) {
            batch = null;
            b.close();
        }
        epoll.close();
        alarm.close();
    }
}
