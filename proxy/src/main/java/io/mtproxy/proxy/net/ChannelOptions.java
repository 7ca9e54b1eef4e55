package io.mtproxy.proxy.net;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/** {@link SocketSettings} on {@code java.nio} sockets, one by one: inheriting from the listener is Linux only. */
final class ChannelOptions {
    private ChannelOptions() {}

    /** What java.nio cannot do. */
    static List<String> missing(SocketSettings s) {
        List<String> missing = new ArrayList<>();
        if (s.userTimeoutMillis() > 0) {
            missing.add("TCP_USER_TIMEOUT " + s.userTimeoutMillis() + ": java.nio does not have it");
        }
        if (s.windowClamp() > 0) {
            missing.add("TCP_WINDOW_CLAMP " + s.windowClamp() + ": java.nio does not have it");
        }
        return missing;
    }

    static void apply(SocketChannel channel, SocketSettings s) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, s.noDelay());
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, s.keepAlive());
        positive(channel, ExtendedSocketOptions.TCP_KEEPIDLE, s.keepIdleSeconds());
        positive(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, s.keepIntervalSeconds());
        positive(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, s.keepProbes());
    }

    private static void positive(SocketChannel channel, SocketOption<Integer> option, int value) throws IOException {
        if (value > 0 && channel.supportedOptions().contains(option)) {
            channel.setOption(option, value);
        }
    }
}
