package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.DescriptorFlags;
import io.mtproxy.proxy.os.Errno;
import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.os.SocketOption;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening socket for {@link EpollLoop}: a descriptor. */
final class DescriptorListener implements Listener {
    private final Endpoint address;
    private final List<String> refused;
    private final boolean inherited;
    private final int windowClamp;
    private final AtomicInteger loops = new AtomicInteger();
    private volatile int descriptor;

    private DescriptorListener(SocketCalls calls, int descriptor, boolean inherited, SocketSettings settings) {
        this.descriptor = descriptor;
        this.inherited = inherited;
        windowClamp = settings.windowClamp();
        refused = DescriptorOptions.apply(calls, descriptor, settings);
        address = calls.local(descriptor) < 0 ? Endpoint.NONE : new Endpoint(calls.address(), calls.port());
    }

    /** @param backlog as the kernel takes it: negative = the longest, 0 = the shortest */
    static DescriptorListener open(InetSocketAddress address, int backlog, SocketSettings settings)
            throws IOException {
        SocketCalls calls = new SocketCalls();
        int fd = checked(calls, calls.socket(address));
        try {
            checked(calls, calls.set(fd, SocketOption.REUSEADDR, 1));
            if (address.getAddress() instanceof Inet6Address) {
                checked(calls, calls.set(fd, SocketOption.IPV6_V6ONLY, 0));
            }
            checked(calls, calls.bind(fd, address, address));
            DescriptorListener listener = new DescriptorListener(calls, fd, false, settings);
            checked(calls, calls.listen(fd, backlog)); // last: every connection inherits the options
            return listener;
        } catch (IOException e) {
            calls.close(fd);
            throw e;
        }
    }

    /** Takes over a descriptor that listens already; on failure it stays the caller's. */
    static DescriptorListener inherit(int fd, SocketSettings settings) throws IOException {
        SocketCalls calls = new SocketCalls();
        if (calls.get(fd, SocketOption.LISTENING) != 1) {
            throw new IOException("descriptor " + fd + " is no listening socket");
        }
        checked(calls, DescriptorFlags.nonBlocking(calls, fd)); // accepting must never block, and others accept from it, too
        checked(calls, DescriptorFlags.closeOnExec(calls, fd));
        return new DescriptorListener(calls, fd, true, settings);
    }

    private static int checked(SocketCalls calls, int result) throws IOException {
        if (result < 0) {
            throw Errno.exception(calls.errno());
        }
        return result;
    }

    /** Sets what is not inherited: the kernel cuts the window's bound to the first buffer's size. */
    void complete(SocketCalls calls, int accepted) {
        if (windowClamp > 0) {
            calls.set(accepted, SocketOption.TCP_WINDOW_CLAMP, windowClamp);
        }
    }

    /** Counts the loops that accept from it. */
    void shared(int more) {
        loops.addAndGet(more);
    }

    /**
     * Whether a new connection wakes only one of those who wait for it. Not between processes: one that is woken and then
     * cannot accept, because it is full or dies, would leave the client to nobody.
     */
    boolean isExclusive() {
        return !inherited;
    }

    /** Whether several loops take turns. */
    boolean isShared() {
        return loops.get() > 1;
    }

    @Override
    public Endpoint address() {
        return address;
    }

    @Override
    public List<String> refused() {
        return refused;
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public synchronized void close() {
        int fd = descriptor;
        descriptor = -1;
        if (fd >= 0) {
            new SocketCalls().close(fd);
        }
    }
}
