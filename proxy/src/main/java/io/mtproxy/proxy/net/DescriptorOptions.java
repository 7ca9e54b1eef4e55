package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.Errno;
import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.os.SocketOption;
import java.util.ArrayList;
import java.util.List;

/** {@link SocketSettings} on a descriptor. */
final class DescriptorOptions {
    private DescriptorOptions() {}

    /** Sets them all; returns what the system refused. */
    static List<String> apply(SocketCalls calls, int descriptor, SocketSettings s) {
        List<String> refused = new ArrayList<>(0);
        set(calls, descriptor, SocketOption.TCP_NODELAY, s.noDelay() ? 1 : 0, refused);
        set(calls, descriptor, SocketOption.KEEPALIVE, s.keepAlive() ? 1 : 0, refused);
        positive(calls, descriptor, SocketOption.TCP_KEEPIDLE, s.keepIdleSeconds(), refused);
        positive(calls, descriptor, SocketOption.TCP_KEEPINTVL, s.keepIntervalSeconds(), refused);
        positive(calls, descriptor, SocketOption.TCP_KEEPCNT, s.keepProbes(), refused);
        positive(calls, descriptor, SocketOption.TCP_USER_TIMEOUT, s.userTimeoutMillis(), refused);
        positive(calls, descriptor, SocketOption.TCP_WINDOW_CLAMP, s.windowClamp(), refused);
        return refused;
    }

    private static void positive(SocketCalls calls, int descriptor, SocketOption option, int value,
            List<String> refused) {
        if (value > 0) {
            set(calls, descriptor, option, value, refused);
        }
    }

    private static void set(SocketCalls calls, int descriptor, SocketOption option, int value, List<String> refused) {
        if (calls.set(descriptor, option, value) < 0) {
            refused.add(option + " " + value + ": " + Errno.text(calls.errno()));
        }
    }
}
