package io.mtproxy.proxy.config;

import io.mtproxy.wire.IpNetwork;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the command line says, parsed and checked. Immutable; any thread.
 *
 * @param configFile path of the backend config file as given; empty when none is used or none is given, which
 *     direct connections and {@code --refresh} allow
 * @param refresh how the config is kept fresh; null = it is not
 */
public record Settings(String configFile, Listening listening, StatsPort statsPort, Access access, Telegram telegram,
        Direct direct, @Nullable Refresh refresh, Limits limits, Host host, Chaining chaining) {

    /** Whether there are, or may be later, links to middle proxies. */
    public boolean middleProxies() {
        return !configFile.isEmpty() || (refresh != null && direct.route() != Route.DIRECT);
    }

    /** Value of a port that was not given. */
    public static final int NO_PORT = -1;

    /**
     * The client side ({@code -H -6 --address -b -W}).
     *
     * @param ports client ports in the order given, 1..65535
     * @param ipv6 listen on [::] instead of the address
     * @param address bind address of client ports and source of connections to Telegram; null = any
     * @param backlog as given, unchecked
     * @param windowClamp bytes, effective value; 0 = leave the window alone
     */
    public record Listening(List<Integer> ports, boolean ipv6, @Nullable Inet4Address address, int backlog,
            int windowClamp) {
        public Listening {
            ports = List.copyOf(ports);
        }
    }

    /**
     * The statistics port ({@code -p --http-stats --disable-tcp}).
     *
     * @param enabled {@code --http-stats} was given
     * @param port the single port, or {@link #NO_PORT}; wins over the range
     * @param rangeStart first port of {@code -p start:end}, 0 when there is no range
     * @param rangeEnd last port of the range, -1 when there is no range
     * @param tcp false with {@code --disable-tcp}: the socket is not opened
     */
    public record StatsPort(boolean enabled, int port, int rangeStart, int rangeEnd, boolean tcp) {}

    /**
     * Who may come in ({@code -S --mtproto-secret-file -D -R}).
     *
     * @param secrets where secrets come from, in the order given
     * @param domains TLS-transport domains; the first is the default one
     * @param paddedOnly only the padded transport is accepted
     */
    public record Access(List<SecretSource> secrets, List<String> domains, boolean paddedOnly) {
        public Access {
            secrets = List.copyOf(secrets);
            domains = List.copyOf(domains);
        }
    }

    /**
     * The side of Telegram ({@code --aes-pwd --nat-info -P -T --force-dh --crc32c --allow-skip-dh}).
     *
     * @param passwordFile path of the shared secret; null = try {@code secret} in the working directory
     * @param natRules translations of our own address, first match wins
     * @param proxyTag 16 bytes, or null when unset
     * @param pingInterval seconds, above 0
     * @param defaultRpcFlags shown in statistics only: 2048 = CRC32C, 8 = DH may be skipped
     */
    public record Telegram(@Nullable String passwordFile, List<NatRule> natRules, byte @Nullable [] proxyTag,
            double pingInterval, boolean forceDh, int defaultRpcFlags) {
        public Telegram {
            natRules = List.copyOf(natRules);
        }
    }

    /**
     * Direct connections to data centres ({@code --direct --auto --dc-override}).
     *
     * @param overrides addresses that replace the built-in ones of an id
     */
    public record Direct(Route route, Map<Integer, List<InetSocketAddress>> overrides) {
        /** As C: only middle proxies. */
        public static final Direct NONE = new Direct(Route.MIDDLE, Map.of());

        public Direct {
            overrides = Map.copyOf(overrides);
        }
    }

    /**
     * Where config and shared secret come from, again and again ({@code --refresh --config-url --config-v6-url --secret-url
     * --refresh-ca --refresh-proxy}).
     *
     * @param seconds between two rounds, 60..604800
     * @param configV6 null = none
     * @param certificates whom to believe besides the JDK's roots, a PEM file; null = nobody
     * @param proxy an HTTP proxy as it was given; null = none
     */
    public record Refresh(int seconds, URI config, @Nullable URI configV6, URI secret, @Nullable String certificates,
            @Nullable String proxy) {}

    /** The way to Telegram. */
    public enum Route {
        /** by the middle proxies of the backend config */
        MIDDLE,
        /** each client has a connection to its data centre */
        DIRECT,
        /** by middle proxies, and directly while none serves a data centre */
        AUTO
    }

    /**
     * Limits ({@code -c -C --msg-buffers-size --max-accept-rate --max-dh-accept-rate}).
     *
     * @param connections maximum of all connections, above 0
     * @param specialConnections maximum of client connections per worker; 0 = no limit
     * @param bufferBytes maximum of memory in message buffers
     * @param acceptRate connections per second over all listening sockets; 0 = unlimited
     * @param dhAcceptRate new key exchanges per second; 0 = unlimited
     */
    public record Limits(int connections, int specialConnections, long bufferBytes, int acceptRate, int dhAcceptRate) {}

    /**
     * The process ({@code -u -d -l -v -M} and the thread options).
     *
     * @param user user to become when started as root; null or empty = the default user
     * @param logFile null = standard error
     * @param workers worker processes, 0 = one process does everything
     */
    public record Host(@Nullable String user, boolean daemonize, @Nullable String logFile, int verbosity, int workers,
            Threads threads) {}

    /**
     * Thread options, 0 = not given.
     *
     * @param cpu {@code --cpu-threads}: number of event loops
     * @param io shown in statistics only, as are the following
     */
    public record Threads(int cpu, int io, boolean multithread, int tcpCpu, int tcpIo) {}

    /**
     * Other proxies around us, which C does not know ({@code --via --proxy-protocol --site-proxy-protocol}).
     *
     * @param via through one of these to Telegram; empty = directly
     * @param balancers connections from these networks begin with a PROXY header
     * @param siteVersion of the PROXY header for the site; 0 = none
     */
    public record Chaining(List<TunnelUrl> via, List<IpNetwork> balancers, int siteVersion) {
        /** How many proxies there may be. */
        public static final int MAX_VIA = 16;

        public Chaining {
            via = List.copyOf(via);
            balancers = List.copyOf(balancers);
        }
    }

    /** One {@code --nat-info LOCAL:GLOBAL}. */
    public record NatRule(Inet4Address local, Inet4Address global) {}
}
