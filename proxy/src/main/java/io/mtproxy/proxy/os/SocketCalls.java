package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * System calls on sockets, for Linux. Results are the kernel's: -1 = failed, {@link #errno} says why. An object belongs to
 * one thread; make few, their native memory is never freed.
 *
 * <p>
 * This class alone holds handles of these functions, and a wrong length or a blocking call through the wrong shape would
 * take the JVM down, so every array is checked here. There are two shapes, because linking a shape costs 5 ms and a function
 * 0.3 ms: {@code HEAP} lets the kernel read and write Java arrays while the collector waits, and is only for calls that
 * cannot block; {@code RAW} has words only and may block. Both rely on the ABIs of amd64 and aarch64: an int travels in the
 * low half of a word, surplus arguments are ignored.
 */
@SuppressWarnings("restricted")
public final class SocketCalls {
    /** Most bytes that one call moves: the collector waits for it. */
    public static final int MOST = 256 << 10;

    static final int STREAM = 1;
    static final int NONBLOCK = 0x800;
    static final int CLOEXEC = 0x80000;
    private static final int DONTWAIT = 0x40;
    static final int NOSIGNAL = 0x4000;
    private static final int NAME_LENGTH_AT = 128;
    private static final int VALUE_AT = 136;
    private static final int SCRATCH = 160;

    private static final Linker LINKER = Linker.nativeLinker();
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

    static {
        // the compiler cannot look into the making of a heap segment before this has loaded a class of its signature
        Arena.ofConfined().close();
    }

    private static final MethodHandle RECV = heap("recv");
    private static final MethodHandle SEND = heap("send");
    private static final MethodHandle ACCEPT = heap("accept4");
    private static final MethodHandle LOCAL = heap("getsockname");
    private static final MethodHandle PEER = heap("getpeername");
    private static final MethodHandle SOCKET = raw("socket");
    private static final MethodHandle BIND = raw("bind");
    private static final MethodHandle LISTEN = raw("listen");
    private static final MethodHandle CONNECT = raw("connect");
    private static final MethodHandle SHUTDOWN = raw("shutdown");
    private static final MethodHandle CLOSE = raw("close");
    private static final MethodHandle SETSOCKOPT = raw("setsockopt");
    private static final MethodHandle GETSOCKOPT = raw("getsockopt");
    private static final MethodHandle EPOLL_CREATE = raw("epoll_create1");
    private static final MethodHandle EPOLL_CTL = raw("epoll_ctl");
    private static final MethodHandle EPOLL_WAIT = raw("epoll_wait");
    private static final MethodHandle EVENTFD = raw("eventfd");
    private static final MethodHandle READ = raw("read");
    private static final MethodHandle WRITE = raw("write");

    private final MemorySegment state = Arena.global().allocate(STATE);
    private final MemorySegment scratch = Arena.global().allocate(SCRATCH, Long.BYTES);
    private final SocketName name = new SocketName();
    private final MemorySegment nameBytes = MemorySegment.ofArray(name.bytes);
    private final @Nullable MemorySegment copy;
    private byte[] targetArray = {};
    private int targetOff;
    private int targetLength;
    private MemorySegment target = MemorySegment.ofArray(targetArray);

    /** Calls that hand arrays to the kernel as they are. */
    public SocketCalls() {
        this(false);
    }

    /** @param copying whether bytes go through native memory, so that no call keeps the collector waiting */
    public SocketCalls(boolean copying) {
        copy = copying ? Arena.global().allocate(MOST) : null;
    }

    private static MethodHandle heap(String function) {
        return LINKER.downcallHandle(symbol(function),
                FunctionDescriptor.of(WORD, WORD, ValueLayout.ADDRESS, WORD, WORD), Linker.Option.critical(true),
                ERRNO);
    }

    static MethodHandle raw(String function) {
        return LINKER.downcallHandle(symbol(function), FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD),
                ERRNO);
    }

    /** A function f(int, int, ...) that is called with one int more: variadic ones have a shape of their own by C's rules. */
    static MethodHandle variadic(String function) {
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        return LINKER.downcallHandle(symbol(function), FunctionDescriptor.of(number, number, number, number),
                Linker.Option.firstVariadicArg(2), ERRNO);
    }

    private static MemorySegment symbol(String function) {
        return LINKER.defaultLookup().find(function)
                .orElseThrow(() -> new UnsupportedOperationException("no function " + function + " on this system"));
    }

    /** Why the last call failed; meaningful only after it said so. */
    public int errno() {
        return state.get(ValueLayout.JAVA_INT, ERRNO_AT);
    }

    // ---- bytes; never block, whatever the socket's mode

    /** Receives at most {@link #MOST} bytes; 0 = the peer has sent FIN. */
    public int recv(int fd, byte[] b, int off, int len) {
        Objects.checkFromIndexSize(off, len, b.length);
        int n = Math.min(len, MOST);
        if (copy != null) {
            int got = RareCalls.recv(state, fd, copy, n, DONTWAIT);
            MemorySegment.copy(copy, ValueLayout.JAVA_BYTE, 0, b, off, Math.max(0, got));
            return got;
        }
        try {
            return (int) (long) RECV.invokeExact(state, (long) fd, target(b, off, n), (long) n, (long) DONTWAIT);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Where to receive: a loop always reads to the same place, so it is not made anew. The compiler usually removes what is
     * made for one call, but not when it compiles {@code asSlice} before it knows it well.
     */
    private MemorySegment target(byte[] b, int off, int len) {
        if (b != targetArray || off != targetOff || len != targetLength) {
            target = MemorySegment.ofArray(b).asSlice(off, len);
            targetArray = b;
            targetOff = off;
            targetLength = len;
        }
        return target;
    }

    /** Sends at most {@link #MOST} bytes; returns how many the kernel took. */
    public int send(int fd, byte[] b, int off, int len) {
        Objects.checkFromIndexSize(off, len, b.length);
        int n = Math.min(len, MOST);
        if (copy != null) {
            MemorySegment.copy(b, off, copy, ValueLayout.JAVA_BYTE, 0, n);
            return RareCalls.send(state, fd, copy, n, DONTWAIT | NOSIGNAL);
        }
        return off == 0 ? send(fd, MemorySegment.ofArray(b), n) : send(fd, MemorySegment.ofArray(b).asSlice(off, n), n);
    }

    private int send(int fd, MemorySegment bytes, int len) {
        try {
            return (int) (long) SEND.invokeExact(state, (long) fd, bytes, (long) len, (long) (DONTWAIT | NOSIGNAL));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    // ---- connections

    /** A new non-blocking TCP socket of the family that the address needs. */
    public int socket(InetSocketAddress address) {
        return socket(SocketName.family(address), STREAM | NONBLOCK);
    }

    int socket(int family, int type) {
        return (int) call(SOCKET, family, type | CLOEXEC, 0, 0, 0);
    }

    /**
     * Accepts from a socket, non-blocking itself ({@link DescriptorFlags#nonBlocking}), a non-blocking connection; {@link #address} and
     * {@link #port} then name the peer.
     */
    public int accept(int fd) {
        return named(ACCEPT, fd, NONBLOCK | CLOEXEC);
    }

    /** Asks for the near end: {@link #address} and {@link #port} then name it. */
    public int local(int fd) {
        return named(LOCAL, fd, 0);
    }

    /** Asks for the far end: {@link #address} and {@link #port} then name it. */
    public int peer(int fd) {
        return named(PEER, fd, 0);
    }

    /** 4 or 16 bytes of the end asked for last; a mapped IPv4 address has 4. A new array. */
    public byte[] address() {
        return name.address();
    }

    /** Port of the end asked for last. */
    public int port() {
        return name.port();
    }

    private int named(MethodHandle function, int fd, int flags) {
        scratch.set(ValueLayout.JAVA_INT, NAME_LENGTH_AT, name.bytes.length);
        try {
            return (int) (long) function.invokeExact(state, (long) fd, nameBytes, scratch.address() + NAME_LENGTH_AT,
                    (long) flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Names the near end of a socket made by {@link #socket} for an address of {@code family}'s kind. */
    public int bind(int fd, InetSocketAddress family, InetSocketAddress address) {
        return withName(BIND, fd, name.set(SocketName.family(family), address));
    }

    /** Begins to connect. */
    public int connect(int fd, InetSocketAddress address) {
        return withName(CONNECT, fd, name.set(SocketName.family(address), address));
    }

    int bind(int fd, String path) {
        return withName(BIND, fd, name.set(path));
    }

    int connect(int fd, String path) {
        return withName(CONNECT, fd, name.set(path));
    }

    private int withName(MethodHandle function, int fd, int length) {
        MemorySegment.copy(name.bytes, 0, scratch, ValueLayout.JAVA_BYTE, 0, length);
        return (int) call(function, fd, scratch.address(), length, 0, 0);
    }

    /** Lets a bound socket accept; a negative backlog is the longest, as for the kernel. */
    public int listen(int fd, int backlog) {
        return (int) call(LISTEN, fd, backlog, 0, 0, 0);
    }

    /** Sends FIN behind what was sent. */
    public int shutdownOutput(int fd) {
        return (int) call(SHUTDOWN, fd, 1, 0, 0, 0);
    }

    /** Gives the descriptor back; not to be repeated whatever it says. */
    public int close(int fd) {
        return (int) call(CLOSE, fd, 0, 0, 0, 0);
    }

    // ---- options

    /** Sets an option whose value is an int. */
    public int set(int fd, SocketOption option, int value) {
        scratch.set(ValueLayout.JAVA_INT, VALUE_AT, value);
        return option(SETSOCKOPT, fd, option, Integer.BYTES, scratch.address() + VALUE_AT);
    }

    /** Sets an option whose value is a {@code struct timeval}. */
    int setMillis(int fd, SocketOption option, int millis) {
        scratch.set(WORD, VALUE_AT, millis / 1000);
        scratch.set(WORD, VALUE_AT + Long.BYTES, millis % 1000 * 1000L);
        return option(SETSOCKOPT, fd, option, 2 * Long.BYTES, scratch.address() + VALUE_AT);
    }

    /** Makes the next {@link #close} send RST. */
    public int lingerNot(int fd) {
        scratch.set(WORD, VALUE_AT, 1); // struct linger: two ints, on and 0 seconds
        return option(SETSOCKOPT, fd, SocketOption.LINGER, Long.BYTES, scratch.address() + VALUE_AT);
    }

    /** The value of an option whose value is an int that is never negative. */
    public int get(int fd, SocketOption option) {
        return get(fd, option, 0);
    }

    /** The int at an index of an option's value, which has at most four. */
    int get(int fd, SocketOption option, int index) {
        Objects.checkIndex(index, 4);
        scratch.set(ValueLayout.JAVA_INT, NAME_LENGTH_AT, 4 * Integer.BYTES);
        int result = option(GETSOCKOPT, fd, option, scratch.address() + NAME_LENGTH_AT, scratch.address() + VALUE_AT);
        return result < 0 ? result : scratch.get(ValueLayout.JAVA_INT, VALUE_AT + index * Integer.BYTES);
    }

    private int option(MethodHandle function, int fd, SocketOption option, long length, long value) {
        return (int) call(function, fd, option.level, option.number, value, length);
    }

    // ---- for the other classes of this package

    /** Where calls made through {@link RareCalls} leave errno. */
    MemorySegment state() {
        return state;
    }

    /** Bytes that any call may overwrite. */
    MemorySegment scratch() {
        return scratch;
    }

    int epollCreate() {
        return (int) call(EPOLL_CREATE, CLOEXEC, 0, 0, 0, 0);
    }

    int epollControl(int epoll, int operation, int fd, MemorySegment event) {
        return (int) call(EPOLL_CTL, epoll, operation, fd, event.address(), 0);
    }

    int epollWait(int epoll, MemorySegment events, int count, int eventSize, int millis) {
        Objects.checkFromIndexSize(0, (long) count * eventSize, events.byteSize());
        return (int) call(EPOLL_WAIT, epoll, events.address(), count, millis, 0);
    }

    int eventDescriptor() {
        return (int) call(EVENTFD, 0, NONBLOCK | CLOEXEC, 0, 0, 0);
    }

    /** Reads the eight bytes of an event descriptor. */
    int drain(int fd) {
        return (int) call(READ, fd, scratch.address(), Long.BYTES, 0, 0);
    }

    /** Adds one to an event descriptor. */
    int signal(int fd) {
        scratch.set(WORD, 0, 1);
        return (int) call(WRITE, fd, scratch.address(), Long.BYTES, 0, 0);
    }

    long call(MethodHandle function, long a, long b, long c, long d, long e) {
        try {
            return (long) function.invokeExact(state, a, b, c, d, e);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static IllegalStateException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("calling the kernel", e);
    }
}
