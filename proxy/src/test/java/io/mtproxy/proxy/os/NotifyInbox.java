package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The service manager's end of NOTIFY_SOCKET. One thread. */
public final class NotifyInbox implements AutoCloseable {
    private static final int DATAGRAM = 2;
    private static final int LONGEST = 4096;

    private final SocketCalls calls = new SocketCalls();
    private final int descriptor = checked(calls.socket(SocketName.UNIX, DATAGRAM));

    /** @param name as in NOTIFY_SOCKET */
    public NotifyInbox(String name) {
        checked(calls.bind(descriptor, name.replaceFirst("^@", "\0")));
    }

    /** The next datagram; null when none comes within that time. */
    public @Nullable String next(int millis) {
        checked(calls.setMillis(descriptor, SocketOption.RECEIVE_TIMEOUT, millis));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(LONGEST);
            int got = RareCalls.recv(calls.state(), descriptor, into, LONGEST, 0);
            if (got < 0 && calls.errno() == Errno.EAGAIN) {
                return null;
            }
            byte[] bytes = into.asSlice(0, checked(got)).toArray(ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private int checked(int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.text(calls.errno()));
        }
        return result;
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }
}
