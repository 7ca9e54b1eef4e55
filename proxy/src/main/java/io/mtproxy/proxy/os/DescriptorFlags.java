package io.mtproxy.proxy.os;

/** What fcntl does to a descriptor. Results are the kernel's: -1 = failed, {@link SocketCalls#errno} of the calls says why. */
public final class DescriptorFlags {
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int FD_CLOEXEC = 1;

    private DescriptorFlags() {}

    /** Makes reading, accepting and connecting return at once; holds for everybody who has this socket. */
    public static int nonBlocking(SocketCalls calls, int fd) {
        int flags = RareCalls.fcntl(calls.state(), fd, F_GETFL, 0);
        return flags < 0 ? flags : RareCalls.fcntl(calls.state(), fd, F_SETFL, flags | SocketCalls.NONBLOCK);
    }

    /** Keeps the descriptor from programs that this process starts. */
    public static int closeOnExec(SocketCalls calls, int fd) {
        return RareCalls.fcntl(calls.state(), fd, F_SETFD, FD_CLOEXEC);
    }

    /** A second descriptor of the same socket, not for programs that this process starts. */
    public static int duplicate(SocketCalls calls, int fd) {
        return RareCalls.fcntl(calls.state(), fd, F_DUPFD_CLOEXEC, 0);
    }
}
