package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.net.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the listening sockets, with C's rules and lines. A worker opens none: it has inherited those for clients. */
final class Sockets {
    /**
     * A client that has gone without a word is noticed after five minutes, whether it owes us answers to probes or the taking
     * of what we sent. C's sockets have the system's times: over two hours, and a quarter of an hour.
     */
    private static final SocketSettings CLIENTS = SocketSettings.DEFAULT.keepAliveTimes(150, 30, 5)
            .userTimeout(300_000);
    private static final byte[] ANY4 = new byte[4];
    private static final byte[] ANY6 = new byte[16];
    private static final byte[] LOCAL4 = {127, 0, 0, 1};
    private static final byte[] LOCAL6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Settings settings;
    private final Log log;
    private final EventLoops loops;
    private final @Nullable List<Integer> inherited;
    private final HandedSockets handed;
    private final List<Listener> stats = new ArrayList<>();

    /**
     * @param inherited a worker's descriptors of the client ports; null = this is no worker
     * @param activated descriptors of what a service manager has opened for us
     */
    Sockets(Settings settings, EventLoops loops, Log log, @Nullable List<Integer> inherited, List<Integer> activated)
            throws Refusal {
        this.inherited = inherited;
        this.loops = loops;
        this.settings = settings;
        this.log = log;
        handed = new HandedSockets(activated, loops, accepted());
    }

    /** All client ports ({@code -H}). */
    List<Listener> clients() throws Refusal {
        return inherited == null ? open() : inherit(inherited);
    }

    private List<Listener> inherit(List<Integer> descriptors) throws Refusal {
        List<Listener> all = new ArrayList<>();
        for (int descriptor : descriptors) {
            try {
                all.add(loops.inherit(descriptor, accepted()));
            } catch (IOException e) {
                throw Refusal.exit(1, Line.log("cannot take over a client port: " + e.getMessage()));
            }
        }
        return all;
    }

    private SocketSettings accepted() {
        return CLIENTS.clampWindow(settings.listening().windowClamp());
    }

    private List<Listener> open() throws Refusal {
        Settings.Listening listening = settings.listening();
        InetAddress address = listening.address() != null ? listening.address() : any(listening.ipv6());
        InetAddress bound = listening.ipv6() ? any(true) : address;
        List<Listener> opened = new ArrayList<>();
        for (int port : listening.ports()) {
            List<Listener> ready = handed.take(port);
            opened.addAll(ready);
            if (!ready.isEmpty()) {
                continue;
            }
            try {
                Listener listener = loops.listen(new InetSocketAddress(bound, port), listening.backlog(), accepted());
                listener.refused().forEach(line -> log.warning(0, line));
                opened.add(listener);
            } catch (IOException e) {
                throw Refusal.exit(1, bindLine(e),
                        Line.log("cannot open http/tcp server socket at port " + port + ": " + e.getMessage()));
            }
        }
        handed.requireTaken(this::isStatsPort);
        return opened;
    }

    private boolean isStatsPort(int port) {
        Settings.StatsPort wanted = settings.statsPort();
        return isServed(wanted) && (wanted.port() > 0
                ? port == wanted.port()
                : wanted.rangeStart() <= port && port <= wanted.rangeEnd());
    }

    /** The first part of opening the statistics port, while we may still be root: ports below 1024. */
    int privilegedStatsPort() throws Refusal {
        Settings.StatsPort wanted = settings.statsPort();
        if (isServed(wanted) && isPrivileged(wanted.port())) {
            openStats(wanted.port());
        } else if (isServed(wanted) && wanted.port() <= 0 && isPrivileged(wanted.rangeStart())) {
            return openRange();
        }
        return wanted.port();
    }

    /** The second part, as the user that we stay: a range. */
    int statsPortOfRange(int port) throws Refusal {
        Settings.StatsPort wanted = settings.statsPort();
        return isServed(wanted) && port <= 0 && wanted.rangeStart() > 0 ? openRange() : port;
    }

    /** The last part: a port that is not open yet. */
    List<Listener> statsSockets(int port) throws Refusal {
        if (!isServed(settings.statsPort())) {
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

    private boolean isServed(Settings.StatsPort port) {
        return port.enabled() && inherited == null;
    }

    private int openRange() throws Refusal {
        int first = settings.statsPort().rangeStart();
        int last = settings.statsPort().rangeEnd();
        int ready = handed.within(first, last);
        for (int port = ready < 0 ? first : ready; port <= last; port++) {
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
        List<Listener> ready = handed.take(port);
        if (!ready.isEmpty()) {
            stats.addAll(ready);
            return;
        }
        stats.add(openStats(LOCAL4, port));
        log.line(1, "opened tcp socket");
        if (settings.listening().ipv6()) {
            try {
                stats.add(openStats(LOCAL6, port));
            } catch (IOException e) {
                log.warning("cannot open server socket at [::1]:" + port + ": " + e.getMessage());
            }
        }
    }

    private Listener openStats(byte[] address, int port) throws IOException {
        return loops.listen(new InetSocketAddress(InetAddress.getByAddress(address), port),
                settings.listening().backlog(),
                SocketSettings.DEFAULT);
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
