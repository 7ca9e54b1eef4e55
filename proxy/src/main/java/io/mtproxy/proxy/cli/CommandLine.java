package io.mtproxy.proxy.cli;

import io.mtproxy.proxy.cli.GetOpt.Match;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.SecretLoader;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Settings.NatRule;
import io.mtproxy.wire.IpNetwork;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line of C's daemon: every option is processed the moment it is met, and the first one that fails ends the
 * program. Not thread-safe; {@link #parse} once.
 */
public final class CommandLine {
    /** C: MAX_CONNECTIONS. */
    private static final int MAX_CONNECTIONS = 65_536;
    private static final int MAX_WORKERS = 256;
    private static final int DEFAULT_BACKLOG = 8192;
    private static final int DEFAULT_WINDOW_CLAMP = 131_072;
    private static final double DEFAULT_PING_INTERVAL = 5;
    private static final int FLAG_CRC32C = 2048;
    private static final int FLAG_SKIP_DH = 8;

    private final Effects effects;
    private final SecretLoader secrets = new SecretLoader();
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<String> domains = new ArrayList<>();
    private final List<NatRule> natRules = new ArrayList<>();
    private boolean ipv6;
    private @Nullable Inet4Address address;
    private int backlog = DEFAULT_BACKLOG;
    private int windowClamp;
    private boolean httpStats;
    private PortRange statsPort = PortRange.NONE;
    private boolean tcp = true;
    private boolean paddedOnly;
    private @Nullable String passwordFile;
    private byte @Nullable [] proxyTag;
    private double pingInterval = DEFAULT_PING_INTERVAL;
    private boolean forceDh;
    private int rpcFlags = FLAG_CRC32C;
    private Settings.Route route = Settings.Route.MIDDLE;
    private final Map<Integer, List<InetSocketAddress>> overrides = new LinkedHashMap<>();
    private final RefreshOptions refresh = new RefreshOptions();
    private int connections = MAX_CONNECTIONS;
    private int special = MAX_CONNECTIONS;
    private long bufferBytes = Values.DEFAULT_BUFFERS;
    private int acceptRate;
    private int dhAcceptRate;
    private @Nullable String user;
    private boolean daemonize;
    private @Nullable String logFile;
    private int verbosity;
    private int workers;
    private int cpuThreads;
    private int ioThreads;
    private boolean multithread;
    private int tcpCpuThreads;
    private int tcpIoThreads;
    private final List<TunnelUrl> via = new ArrayList<>();
    private final List<IpNetwork> balancers = new ArrayList<>();
    private int siteProxyProtocol;

    private CommandLine(Effects effects) {
        this.effects = effects;
    }

    /** What an option does outside of the settings. */
    public interface Effects {
        /** {@code --nice}: adds to our niceness, and says itself when that fails. */
        void nice(int increment);
    }

    /**
     * A good command line.
     *
     * @param secrets client secrets, 16 bytes each, files already read
     */
    public record Parsed(Settings settings, List<byte[]> secrets) {
        public Parsed {
            secrets = List.copyOf(secrets);
        }
    }

    /**
     * Parses a command line.
     *
     * @param program argv[0], for messages
     * @param posixlyCorrect whether the environment has POSIXLY_CORRECT
     * @param effects what options do the moment they are met
     * @throws Refusal on anything that ends the program, {@code --help} included
     */
    public static Parsed parse(String program, List<String> arguments, boolean posixlyCorrect, Effects effects)
            throws Refusal {
        CommandLine line = new CommandLine(effects);
        GetOpt options = new GetOpt(program, Options.TABLE, arguments, posixlyCorrect);
        for (Match match = next(options); match != null; match = next(options)) {
            line.process(match.option(), match.value());
        }
        return new Parsed(line.settings(line.configFile(options.operands())), line.secrets.secrets());
    }

    private static @Nullable Match next(GetOpt options) throws Refusal {
        try {
            return options.next();
        } catch (GetOpt.Failure e) {
            throw Refusal.withUsage(Line.bare(String.valueOf(e.getMessage())), Line.log("Unrecognized option"));
        }
    }

    private void process(Option option, @Nullable String value) throws Refusal {
        if (option.argument() == Option.Argument.NONE) {
            flag(option.name());
        } else if (option.argument() == Option.Argument.OPTIONAL) {
            optional(option.name(), value);
        } else if (value != null && !number(option.name(), value) && !refresh.take(option.name(), value)) {
            text(option.name(), value);
        }
    }

    private void flag(String name) throws Refusal {
        switch (name) {
            case "help" -> throw Refusal.withUsage();
            case "ipv6" -> ipv6 = true;
            case "disable-tcp" -> tcp = false;
            case "crc32c" -> rpcFlags |= FLAG_CRC32C;
            case "allow-skip-dh" -> rpcFlags |= FLAG_SKIP_DH;
            case "force-dh" -> forceDh = true;
            case "http-stats" -> httpStats = true;
            case "random-padding-only" -> paddedOnly = true;
            case "direct" -> route(Settings.Route.DIRECT);
            case "auto" -> route(Settings.Route.AUTO);
            default -> throw new IllegalStateException("no effect for " + name);
        }
    }

    private void optional(String name, @Nullable String value) {
        switch (name) {
            case "verbosity" -> verbosity = value == null ? verbosity + 1 : Numbers.atoi(value);
            case "daemonize" -> daemonize = value == null ? !daemonize : Numbers.atoi(value) != 0;
            case "multithread" -> multithread = value == null || Numbers.atoi(value) != 0;
            default -> throw new IllegalStateException("no effect for " + name);
        }
    }

    /** Options whose value is a number. */
    private boolean number(String name, String value) throws Refusal {
        int number = Numbers.atoi(value);
        switch (name) {
            case "max-special-connections" -> special = Math.max(number, 0);
            case "slaves" -> workers = Values.bounded("-M", value, 0, MAX_WORKERS);
            case "ping-interval" -> pingInterval = Values.pingInterval(value, DEFAULT_PING_INTERVAL);
            case "window-clamp" -> windowClamp = number;
            case "backlog" -> backlog = number;
            case "connections" -> connections(number);
            case "nice" -> effects.nice(number);
            case "cpu-threads" -> cpuThreads = Math.max(number, 0);
            case "io-threads" -> ioThreads = Math.max(number, 0);
            case "tcp-cpu-threads" -> tcpCpuThreads = Math.max(number, 0);
            case "tcp-iothreads" -> tcpIoThreads = Math.max(number, 0);
            case "max-accept-rate" -> acceptRate = Values.rate("--max-accept-rate", value);
            case "max-dh-accept-rate" -> dhAcceptRate = Values.rate("--max-dh-accept-rate", value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void text(String name, String value) throws Refusal {
        switch (name) {
            case "domain" -> domains.add(value);
            case "http-ports" -> Values.clientPorts(value, clientPorts);
            case "proxy-tag" -> proxyTag = SecretLoader.decode("--proxy-tag", value);
            case "mtproto-secret" -> secrets.given(value);
            case "mtproto-secret-file" -> secrets.file(value);
            case "log" -> logFile = value;
            case "port" -> statsPort = PortRange.parse(value, statsPort);
            case "user" -> user(value);
            case "aes-pwd" -> passwordFile = value;
            case "msg-buffers-size" -> bufferBytes = Values.bufferBytes(value);
            case "nat-info" -> Values.natRule(value, natRules);
            case "address" -> address = Values.address(value);
            case "dc-override" -> Values.centre(value, overrides);
            case "via" -> Values.via(value, via);
            case "proxy-protocol" -> Values.networks(value, balancers);
            case "site-proxy-protocol" ->
                siteProxyProtocol = Values.bounded("--site-proxy-protocol", value, 1, 2);
            default -> throw new IllegalStateException("no effect for " + name);
        }
    }

    /** A smaller {@code -c} lowers the limit of client connections for good; only a later {@code -C} lifts it again. */
    private void connections(int number) {
        connections = number <= 0 ? MAX_CONNECTIONS : number;
        if (special == 0 || special > connections) {
            special = connections;
        }
    }

    private void user(String name) throws Refusal {
        if (user != null) {
            throw Refusal.exit(1,
                    Line.log("wrong option -u" + name + ", username is already defined as '" + user + "'."));
        }
        user = name;
    }

    /** Middle proxies need the file; where it has no use it is not read. */
    private String configFile(List<String> operands) throws Refusal {
        int least = route == Settings.Route.MIDDLE && !refresh.on() ? 1 : 0;
        if (operands.size() < least || operands.size() > 1) {
            throw Refusal.withUsage();
        }
        if (operands.isEmpty() && route == Settings.Route.AUTO && proxyTag != null && !refresh.on()) {
            throw Refusal.exit(2,
                    Line.log("fatal: --auto with a proxy tag (-P) needs a <config-file>: only middle proxies "
                            + "show promoted channels"));
        }
        return operands.isEmpty() || route == Settings.Route.DIRECT ? "" : operands.getFirst();
    }

    private void route(Settings.Route wanted) throws Refusal {
        if (route != Settings.Route.MIDDLE && route != wanted) {
            throw Refusal.exit(2, Line.log("fatal: --direct and --auto exclude each other"));
        }
        route = wanted;
    }

    private Settings settings(String configFile) throws Refusal {
        if (!overrides.isEmpty() && route == Settings.Route.MIDDLE) {
            throw Refusal.exit(2, Line.log("fatal: --dc-override has no effect without --direct or --auto"));
        }
        if (siteProxyProtocol != 0 && domains.isEmpty()) {
            throw Refusal.exit(2, Line.log("fatal: --site-proxy-protocol has no effect without -D"));
        }
        int clamp = windowClamp == 0 && domains.isEmpty() ? DEFAULT_WINDOW_CLAMP : windowClamp;
        return new Settings(configFile, new Settings.Listening(clientPorts, ipv6, address, backlog, clamp),
                new Settings.StatsPort(httpStats, statsPort.port(), statsPort.start(), statsPort.end(), tcp),
                new Settings.Access(secrets.sources(), domains, paddedOnly),
                new Settings.Telegram(passwordFile, natRules, proxyTag, pingInterval, forceDh, rpcFlags),
                new Settings.Direct(route, overrides), refresh.settings(),
                new Settings.Limits(connections, special, bufferBytes, acceptRate, dhAcceptRate),
                new Settings.Host(user, daemonize, logFile, verbosity, workers,
                        new Settings.Threads(cpuThreads, ioThreads, multithread, tcpCpuThreads, tcpIoThreads)),
                new Settings.Chaining(via, balancers, siteProxyProtocol));
    }
}
