package io.mtproxy.proxy.os;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether {@link SocketCalls} and the classes that use it work here. */
public final class SocketSupport {
    private SocketSupport() {}

    /** Why not, or null when they do. The first call links the functions, which takes some 60 ms. */
    public static @Nullable String missing() {
        if (Machine.current() == null) {
            return String.format(Locale.ROOT, "%s on %s, known is Linux on amd64 and aarch64",
                    System.getProperty("os.name"), System.getProperty("os.arch"));
        }
        try {
            new SocketCalls();
            return null;
        } catch (LinkageError e) { // a missing function, or native access denied to us
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return String.valueOf(cause.getMessage());
        }
    }
}
