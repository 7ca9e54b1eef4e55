package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.SocketSupport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which event loop this process uses; makes the loops and the listening sockets that fit to them.
 *
 * @param kind   what was chosen
 * @param reason why, for the log
 */
public record EventLoops(Kind kind, String reason) {
    /** The environment variable that an operator chooses with. */
    public static final String VARIABLE = "MTPROXY_LOOP";

    /** The implementations. */
    public enum Kind {
        /**
         * Linux's epoll, called directly: less processor time, descriptors that can be passed on. Up to 64 small reads, or
         * writes, are one system call where the kernel has io_uring and allows it.
         */
        EPOLL,
        /** The same with a system call for each read and write, without io_uring. */
        EPOLL_SINGLE,
        /** The same with bytes copied through native memory, so that the collector never waits for the kernel. */
        EPOLL_COPYING,
        /** java.nio, everywhere. */
        NIO
    }

    /**
     * Decides.
     *
     * @param wanted {@code auto} (also null and empty), {@code epoll}, {@code epoll-single}, {@code epoll-copying} or {@code nio}
     * @throws IllegalArgumentException for another word
     * @throws UnsupportedOperationException when epoll is wanted where it cannot be had
     */
    public static EventLoops choose(@Nullable String wanted) {
        return switch (wanted == null ? "" : wanted.toLowerCase(Locale.ROOT)) {
            case "", "auto" -> choose();
            case "epoll" -> epoll(Kind.EPOLL, wanted);
            case "epoll-single" -> epoll(Kind.EPOLL_SINGLE, wanted);
            case "epoll-copying" -> epoll(Kind.EPOLL_COPYING, wanted);
            case "nio" -> new EventLoops(Kind.NIO, "asked for");
            default -> throw new IllegalArgumentException(
                    VARIABLE + " is \"" + wanted + "\", expected auto, epoll, epoll-single, epoll-copying or nio");
        };
    }

    private static EventLoops choose() {
        String missing = SocketSupport.missing();
        return missing == null
                ? new EventLoops(Kind.EPOLL, "this is Linux on a known machine")
                : new EventLoops(Kind.NIO, "no epoll: " + missing);
    }

    private static EventLoops epoll(Kind kind, @Nullable String wanted) {
        String missing = SocketSupport.missing();
        if (missing != null) {
            throw new UnsupportedOperationException(VARIABLE + " is \"" + wanted + "\", but: " + missing);
        }
        return new EventLoops(kind, "asked for");
    }

    /** A new loop; outgoing connections have the default settings. */
    public EventLoop create(BugHandler bugs) throws IOException {
        return create(SocketSettings.DEFAULT, bugs);
    }

    /** A new loop. */
    public EventLoop create(SocketSettings outgoing, BugHandler bugs) throws IOException {
        return switch (kind) {
            case EPOLL -> new EpollLoop(outgoing, false, EpollLoop.SEVERAL, bugs);
            case EPOLL_SINGLE -> new EpollLoop(outgoing, false, EpollLoop.NEVER, bugs);
            case EPOLL_COPYING -> new EpollLoop(outgoing, true, EpollLoop.NEVER, bugs);
            case NIO -> new NioLoop(outgoing, bugs);
        };
    }

    /**
     * Opens a listening socket; an IPv6 address takes IPv4 clients, too.
     *
     * @param backlog  how many connections wait in the kernel; negative = the longest queue it allows
     * @param accepted options of what is accepted; what the system refuses is told by {@link Listener#refused}
     */
    public Listener listen(InetSocketAddress address, int backlog, SocketSettings accepted) throws IOException {
        return kind == Kind.NIO
                ? ChannelListener.open(address, backlog, accepted)
                : DescriptorListener.open(address, backlog, accepted);
    }

    /**
     * Takes over a listening socket that this process has inherited or received.
     *
     * @throws IOException when it is none, or java.nio is in use, which cannot do it
     */
    public Listener inherit(int descriptor, SocketSettings accepted) throws IOException {
        if (kind == Kind.NIO) {
            throw new IOException("java.nio cannot take over descriptor " + descriptor + " (" + reason + ")");
        }
        return DescriptorListener.inherit(descriptor, accepted);
    }
}
