package io.mtproxy.proxy.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * Where a service manager hears how its service is, by datagrams: systemd's protocol. Each one has a socket of its own, so that
 * a manager that was started again hears us, too. Any thread; Linux only.
 */
public final class NotifySocket {
    private static final int DATAGRAM = 2;
    /** A manager that is busy is waited for, but one that hangs must not keep us from our work. */
    private static final int PATIENCE_MILLIS = 1000;

    private final SocketCalls calls = new SocketCalls();
    private final String name;

    private NotifySocket(String name) {
        this.name = name;
    }

    /**
     * Nobody need be there yet.
     *
     * @param name a path, or an abstract name behind an {@code @}
     */
    public static NotifySocket of(String name) throws IOException {
        if (!name.startsWith("/") && !name.startsWith("@")) {
            throw new IOException("expected a path or @name");
        }
        String missing = SocketSupport.missing();
        if (missing != null) {
            throw new IOException(missing);
        }
        return new NotifySocket(name.replaceFirst("^@", "\0"));
    }

    /** Sends one datagram. */
    public synchronized void send(String text) throws IOException {
        int descriptor = checked(calls.socket(SocketName.UNIX, DATAGRAM));
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment datagram = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            checked(calls.connect(descriptor, name));
            checked(calls.setMillis(descriptor, SocketOption.SEND_TIMEOUT, PATIENCE_MILLIS));
            checked(send(descriptor, datagram, bytes.length));
        } catch (IllegalArgumentException e) { // the name is too long
            throw new IOException(e.getMessage(), e);
        } finally {
            calls.close(descriptor);
        }
    }

    private int send(int descriptor, MemorySegment datagram, int length) {
        int sent;
        do {
            sent = RareCalls.send(calls.state(), descriptor, datagram, length, SocketCalls.NOSIGNAL);
        } while (sent < 0 && calls.errno() == Errno.EINTR);
        return sent;
    }

    private int checked(int result) throws IOException {
        if (result < 0 && calls.errno() == Errno.EAGAIN) {
            throw new SocketTimeoutException("it took nothing for " + PATIENCE_MILLIS + " ms");
        }
        if (result < 0) {
            throw Errno.exception(calls.errno());
        }
        return result;
    }
}
