package io.mtproxy.proxy.os;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * The socket calls that a proxy makes seldom or never: linked when the first of them is needed. Arguments stay inside the
 * package; {@code state} is where errno goes.
 */
final class RareCalls {
    private static final int SEQPACKET = 5;

    private static final MethodHandle RECV = SocketCalls.raw("recv");
    private static final MethodHandle SEND = SocketCalls.raw("send");
    private static final MethodHandle ACCEPT = SocketCalls.raw("accept4");
    private static final MethodHandle SOCKETPAIR = SocketCalls.raw("socketpair");
    private static final MethodHandle SENDMSG = SocketCalls.raw("sendmsg");
    private static final MethodHandle RECVMSG = SocketCalls.raw("recvmsg");
    private static final MethodHandle FCHMOD = SocketCalls.raw("fchmod");
    private static final MethodHandle FCNTL = SocketCalls.variadic("fcntl");

    private RareCalls() {}

    static int recv(MemorySegment state, int fd, MemorySegment into, int length, int flags) {
        Objects.checkFromIndexSize(0, (long) length, into.byteSize());
        return call(RECV, state, fd, into.address(), length, flags);
    }

    static int send(MemorySegment state, int fd, MemorySegment from, int length, int flags) {
        Objects.checkFromIndexSize(0, (long) length, from.byteSize());
        return call(SEND, state, fd, from.address(), length, flags);
    }

    /** Waits for a connection. */
    static int accept(MemorySegment state, int fd) {
        return call(ACCEPT, state, fd, 0, 0, SocketCalls.CLOEXEC);
    }

    /** A new unix socket whose messages keep their bounds. */
    static int unixSocket(SocketCalls calls) {
        return calls.socket(SocketName.UNIX, SEQPACKET);
    }

    /** Two unix sockets that are connected, of streams or such ones; their descriptors are written to eight bytes. */
    static int pair(MemorySegment state, boolean streams, MemorySegment two) {
        Objects.checkFromIndexSize(0, 2L * Integer.BYTES, two.byteSize());
        int type = streams ? SocketCalls.STREAM : SEQPACKET;
        return call(SOCKETPAIR, state, SocketName.UNIX, type | SocketCalls.CLOEXEC, 0, two.address());
    }

    /** May wait. */
    static int send(MemorySegment state, int fd, SocketMessage message) {
        return call(SENDMSG, state, fd, message.header().address(), SocketCalls.NOSIGNAL, 0);
    }

    /** May wait. */
    static int receive(MemorySegment state, int fd, SocketMessage message) {
        return call(RECVMSG, state, fd, message.header().address(), SocketMessage.CMSG_CLOEXEC, 0);
    }

    /** The mode that a unix socket's file will have. */
    static int mode(MemorySegment state, int fd, int mode) {
        return call(FCHMOD, state, fd, mode, 0, 0);
    }

    static int fcntl(MemorySegment state, int fd, int command, int argument) {
        try {
            return (int) FCNTL.invokeExact(state, fd, command, argument);
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    private static int call(MethodHandle function, MemorySegment state, long a, long b, long c, long d) {
        try {
            return (int) (long) function.invokeExact(state, a, b, c, d, 0L);
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }
}
