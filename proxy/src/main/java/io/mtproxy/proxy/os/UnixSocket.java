package io.mtproxy.proxy.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A unix socket for messages that keep their bounds (SEQPACKET) and may carry descriptors to another process. Calls wait,
 * at most for {@link #timeout}; an object belongs to one thread. Linux only.
 */
public final class UnixSocket implements AutoCloseable {
    /** Most descriptors that one message carries. */
    public static final int MOST_DESCRIPTORS = SocketMessage.MOST_DESCRIPTORS;
    private static final int[] NONE = {};

    private final SocketCalls calls = new SocketCalls();
    private int descriptor;
    private int[] received = NONE;

    /** Owns a descriptor from now on, as one that was inherited. */
    public UnixSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** One that this process has inherited; programs that it starts do not. */
    public static UnixSocket inherited(int descriptor) throws IOException {
        UnixSocket socket = new UnixSocket(descriptor);
        checked(DescriptorFlags.closeOnExec(socket.calls, descriptor), socket.calls);
        return socket;
    }

    /** Who is at the other end, as it was when he connected. */
    public record Peer(int pid, int uid, int gid) {}

    /** Two that are connected to each other. */
    public static UnixSocket[] pair() throws IOException {
        return pair(false);
    }

    /** Two ends of a stream, as TCP's are: what does not fit into one read is left for the next. */
    public static UnixSocket[] streams() throws IOException {
        return pair(true);
    }

    private static UnixSocket[] pair(boolean streams) throws IOException {
        SocketCalls calls = new SocketCalls();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment two = arena.allocate(ValueLayout.JAVA_INT, 2);
            checked(RareCalls.pair(calls.state(), streams, two), calls);
            return new UnixSocket[] {new UnixSocket(two.getAtIndex(ValueLayout.JAVA_INT, 0)),
                    new UnixSocket(two.getAtIndex(ValueLayout.JAVA_INT, 1))};
        }
    }

    /** Listens at a path that must not exist; only our own user can connect. Whoever listens deletes the file. */
    public static UnixSocket listen(Path path, int backlog) throws IOException {
        UnixSocket socket = open();
        try {
            checked(RareCalls.mode(socket.calls.state(), socket.descriptor, 0600), socket.calls);
            checked(socket.calls.bind(socket.descriptor, path.toString()), socket.calls);
            checked(socket.calls.listen(socket.descriptor, backlog), socket.calls);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects to a path where somebody listens. */
    public static UnixSocket connect(Path path) throws IOException {
        UnixSocket socket = open();
        try {
            checked(socket.calls.connect(socket.descriptor, path.toString()), socket.calls);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static UnixSocket open() throws IOException {
        SocketCalls calls = new SocketCalls();
        return new UnixSocket(checked(RareCalls.unixSocket(calls), calls));
    }

    /** Waits for a connection. */
    public UnixSocket accept() throws IOException {
        int result;
        do {
            result = RareCalls.accept(calls.state(), descriptor);
        } while (interrupted(result));
        return new UnixSocket(checked(result, calls));
    }

    /** How long {@link #accept}, {@link #send} and {@link #receive} wait at most, 0 = for ever; then they throw. */
    public void timeout(int millis) throws IOException {
        checked(calls.setMillis(descriptor, SocketOption.RECEIVE_TIMEOUT, millis), calls);
        checked(calls.setMillis(descriptor, SocketOption.SEND_TIMEOUT, millis), calls);
    }

    /** Who is at the other end. */
    public Peer peer() throws IOException {
        int pid = checked(calls.get(descriptor, SocketOption.PEER_CREDENTIALS, 0), calls);
        return new Peer(pid, calls.get(descriptor, SocketOption.PEER_CREDENTIALS, 1),
                calls.get(descriptor, SocketOption.PEER_CREDENTIALS, 2));
    }

    /**
     * Sends one message. The descriptors stay open here; the other side gets others for the same sockets.
     *
     * @param len at least 1; a message larger than the socket's send buffer (about 200 KB) is refused
     */
    public void send(byte[] b, int off, int len, int... descriptors) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0 || descriptors.length > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException("a message has at least 1 byte and at most " + MOST_DESCRIPTORS
                    + " descriptors, this one " + len + " and " + descriptors.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            SocketMessage message = new SocketMessage(arena, len);
            message.fill(b, off, len, descriptors);
            int sent;
            do {
                sent = RareCalls.send(calls.state(), descriptor, message);
            } while (interrupted(sent));
            checked(sent, calls);
        }
    }

    /**
     * Receives one message. Descriptors that came with it are then {@link #received}, and the caller's to close.
     *
     * @return its length; 0 = the other side has closed
     * @throws IOException also when the message was larger than {@code len} or descriptors were lost because this process
     *         has too many open: what came is closed
     */
    public int receive(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        received = NONE;
        try (Arena arena = Arena.ofConfined()) {
            SocketMessage message = new SocketMessage(arena, len);
            int got;
            do {
                got = RareCalls.receive(calls.state(), descriptor, message);
            } while (interrupted(got));
            checked(got, calls);
            int[] came = message.descriptors();
            if (message.truncated()) {
                closeAll(came);
                throw new IOException("a message was cut: room for " + len + " bytes, " + came.length
                        + " descriptors came through");
            }
            message.take(b, off, got);
            received = came;
            return got;
        }
    }

    /** The descriptors that came with the last message, in the order in which they were sent. */
    public int[] received() {
        return received.clone();
    }

    /** The descriptor, for handing it to a program that is started. */
    public int descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            calls.close(descriptor);
            descriptor = -1;
        }
    }

    private void closeAll(int[] descriptors) {
        for (int d : descriptors) {
            calls.close(d);
        }
    }

    private boolean interrupted(int result) {
        return result < 0 && calls.errno() == Errno.EINTR;
    }

    private static int checked(int result, SocketCalls calls) throws IOException {
        if (result < 0 && calls.errno() == Errno.EAGAIN) {
            throw new SocketTimeoutException("nobody answered in time");
        }
        if (result < 0) {
            throw Errno.exception(calls.errno());
        }
        return result;
    }
}
