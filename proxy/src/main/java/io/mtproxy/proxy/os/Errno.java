package io.mtproxy.proxy.os;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Error numbers of Linux, the same on amd64 and aarch64. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int EINTR = 4;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTSOCK = 88;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;

    private static final int NUMBERS = 134;
    private static final AtomicReferenceArray<@Nullable String> TEXTS = new AtomicReferenceArray<>(NUMBERS);

    private Errno() {}

    /** The system's text for a number: {@code Connection refused}. */
    public static String text(int errno) {
        if (errno < 0 || errno >= NUMBERS) {
            return "Unknown error " + errno;
        }
        String known = TEXTS.get(errno);
        if (known == null) {
            known = Libc.strerror(errno);
            TEXTS.set(errno, known);
        }
        return known;
    }

    /** The exception that the JDK's own sockets throw for this number, with the system's text. */
    public static SocketException exception(int errno) {
        String text = text(errno);
        return switch (errno) {
            case ECONNREFUSED, ETIMEDOUT, ENOTCONN -> new ConnectException(text);
            case EHOSTUNREACH -> new NoRouteToHostException(text);
            case EADDRINUSE, EADDRNOTAVAIL, EACCES, EPERM -> new BindException(text);
            default -> new SocketException(text);
        };
    }
}
