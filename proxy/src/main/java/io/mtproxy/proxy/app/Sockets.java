package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.log.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the listening sockets, with C's rules and lines. */
final class Sockets {
    private static final byte[] ANY4 = new byte[4];
    private static final byte[] ANY6 = new byte[16];
    private static final byte[] LOCAL4 = {127, 0, 0, 1};
    private static final byte[] LOCAL6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Settings settings;
    private final Log log;
    private final List<ServerSocketChannel> stats = new ArrayList<>();

    Sockets(Settings settings, Log log) {
        this.settings = settings;
        this.log = log;
    }

    /** All client ports ({@code -H}). */
    List<ServerSocketChannel> clients() throws Refusal {
        Settings.Listening listening = settings.listening();
        InetAddress address = listening.address() != null ? listening.address() : any(listening.ipv6());
        InetAddress bound = listening.ipv6() ? any(true) : address;
        List<ServerSocketChannel> opened = new ArrayList<>();
        for (int port : listening.ports()) {
            try {
                opened.add(open(bound, port, listening.ipv6()));
            } catch (IOException e) {
                throw Refusal.exit(1, bindLine(e),
                        Line.log("cannot open http/tcp server socket at port " + port + ": " + e.getMessage()));
            }
        }
        return opened;
    }

    /** The first part of opening the statistics port, while we may still be root: ports below 1024. */
    int privilegedStatsPort() throws Refusal {
        Settings.StatsPort wanted = settings.statsPort();
        if (wanted.enabled() && isPrivileged(wanted.port())) {
            openStats(wanted.port());
        } else if (wanted.enabled() && wanted.port() <= 0 && isPrivileged(wanted.rangeStart())) {
            return openRange();
        }
        return wanted.port();
    }

    /** The second part, as the user that we stay: a range. */
    int statsPortOfRange(int port) throws Refusal {
        Settings.StatsPort wanted = settings.statsPort();
        return wanted.enabled() && port <= 0 && wanted.rangeStart() > 0 ? openRange() : port;
    }

    /** The last part: a port that is not open yet. */
    List<ServerSocketChannel> statsSockets(int port) throws Refusal {
        if (!settings.statsPort().enabled()) {
            return List.of();
        }
        if (port <= 0) {
            throw Refusal.exit(1, Line.log("fatal: port isn't defined"));
        }
        if (stats.isEmpty()) {
            openStats(port);
        }
        return stats;
    }

    private int openRange() throws Refusal {
        int first = settings.statsPort().rangeStart();
        int last = settings.statsPort().rangeEnd();
        for (int port = first; port <= last; port++) {
            try {
                tryStats(port);
                return port;
            } catch (IOException e) {
                log.raw(bindLine(e).text());
            }
        }
        throw Refusal.exit(2, Line.log("cannot open server socket at port " + first + "-" + last));
    }

    private void openStats(int port) throws Refusal {
        try {
            tryStats(port);
        } catch (IOException e) {
            throw Refusal.exit(1, bindLine(e),
                    Line.log("cannot open server socket at port " + port + ": " + e.getMessage()));
        }
    }

    private void tryStats(int port) throws IOException {
        if (!settings.statsPort().tcp()) {
            return;
        }
        stats.add(open(InetAddress.getByAddress(LOCAL4), port, false));
        log.line(1, "opened tcp socket");
        if (settings.listening().ipv6()) {
            try {
                stats.add(open(InetAddress.getByAddress(LOCAL6), port, true));
            } catch (IOException e) {
                log.line("cannot open server socket at [::1]:" + port + ": " + e.getMessage());
            }
        }
    }

    private ServerSocketChannel open(InetAddress address, int port, boolean ipv6) throws IOException {
        ProtocolFamily family = ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
        ServerSocketChannel channel;
        try {
            channel = ServerSocketChannel.open(family);
        } catch (UnsupportedOperationException e) {
            throw new IOException("Address family not supported by protocol", e);
        }
        @Nullable
        IOException failure = null;
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(address, port), backlog());
        } catch (IOException e) {
            failure = e;
        }
        if (failure != null) {
            channel.close();
            throw failure;
        }
        return channel;
    }

    /** For the kernel a negative backlog is the largest one, and 0 the smallest; Java takes both for its own default. */
    private int backlog() {
        int wanted = settings.listening().backlog();
        return wanted < 0 ? Integer.MAX_VALUE : Math.max(wanted, 1);
    }

    private static Line bindLine(IOException e) {
        return Line.bare("bind(): " + e.getMessage());
    }

    private static boolean isPrivileged(int port) {
        return port > 0 && port < 1024;
    }

    private static InetAddress any(boolean ipv6) {
        try {
            return InetAddress.getByAddress(ipv6 ? ANY6 : ANY4);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
