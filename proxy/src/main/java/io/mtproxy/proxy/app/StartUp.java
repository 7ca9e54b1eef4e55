package io.mtproxy.proxy.app;

import io.mtproxy.proxy.cli.CommandLine;
import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.BackendConfigFile;
import io.mtproxy.proxy.config.Outbound;
import io.mtproxy.proxy.config.PasswordFile;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.config.SystemResolver;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.os.Descriptors;
import io.mtproxy.proxy.os.Inheritable;
import io.mtproxy.proxy.os.InheritedSockets;
import io.mtproxy.proxy.os.Niceness;
import io.mtproxy.proxy.os.OsException;
import io.mtproxy.proxy.os.Users;
import io.mtproxy.proxy.supervisor.WorkerContext;
import io.mtproxy.proxy.supervisor.Workers;
import io.mtproxy.proxy.telegram.Via;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Start-up of one process in C's order, up to the point where the main loop could begin. */
final class StartUp implements CommandLine.Effects, PasswordFile.Details {
    private static final String DEFAULT_USER = "mtproxy";
    /** Descriptors that C keeps for itself beside connections. */
    private static final int GAP = 16;

    /** The environment variable: so many seconds sessions go on after SIGTERM. */
    private static final String DRAIN = "MTPROXY_DRAIN";

    private final Log log;
    private final long pid;
    private final @Nullable WorkerContext worker;

    /** @param worker our place when a supervisor has started us, else null */
    StartUp(Log log, long pid, @Nullable WorkerContext worker) {
        this.log = log;
        this.pid = pid;
        this.worker = worker;
    }

    /**
     * All steps.
     *
     * @throws Refusal where the program ends
     */
    Launch run(String program, List<String> arguments) throws Refusal {
        boolean posixlyCorrect = System.getenv("POSIXLY_CORRECT") != null;
        CommandLine.Parsed parsed = CommandLine.parse(program, arguments, posixlyCorrect, this);
        Settings settings = parsed.settings();
        log.verbosity(settings.host().verbosity());
        if (worker != null || settings.host().workers() == 0) { // a supervisor has no clients
            WarmUp.begin();
        }
        Takeover takeover = takeover();
        int drainSeconds = drainSeconds(System.getenv(DRAIN));
        Outbound outbound = Outbound.of(System::getenv);
        Settings.Refresh refresh = settings.refresh();
        Refreshing refreshing = refresh == null
                ? null
                : Refreshing.begin(settings, refresh, user(settings.host().user()), worker != null, log);
        BackendConfig backend = backend(settings, refreshing);
        List<Via> vias = vias(settings);
        Fronting fronting = Fronting.begin(settings, parsed.secrets(), user(settings.host().user()), worker, takeover,
                log);
        EventLoops loops = loops(settings.host().workers());
        Sockets sockets = sockets(settings, loops, takeover);
        List<Listener> clients = sockets.clients();
        Workers workers = workers(settings.host().workers(), clients, fronting, takeover);
        int port = sockets.privilegedStatsPort();
        Settings.Limits limits = limits(settings.limits(), settings.direct().route() != Settings.Route.MIDDLE,
                takeover);
        PasswordFile password = password(settings, refreshing);
        if (refreshing != null) {
            refreshing.used(backend, password);
        }
        if (worker == null) {
            ControlDirectory.prepare(System::getenv, user(settings.host().user()));
        }
        becomeUser(settings.host().user());
        port = sockets.statsPortOfRange(port);
        Identity identity = Identity.of(ownAddress(settings.listening().address()), port, pid, now());
        log.line("Started as " + identity);
        log.line(Reload.success(backend));
        LogFile logFile = new LogFile(log, settings.host(), worker == null);
        logFile.daemonize();
        List<Listener> stats = sockets.statsSockets(port);
        logFile.open();
        return new Launch(settings, outbound, loops, new Snapshot(backend, parsed.secrets()), password.secret(),
                password.md5(), clients, stats, limits.connections(), limits.specialConnections(), identity, log,
                logFile,
                new ConfigHistory(), now(),
                worker, workers, fronting, vias, refreshing, takeover, drainSeconds);
    }

    private int drainSeconds(@Nullable String value) throws Refusal {
        if (worker != null || value == null || value.isEmpty()) { // a worker's clients leave when its supervisor says so
            return 0;
        }
        if (!value.matches("[0-9]{1,8}")) {
            throw Refusal.exit(2, Line.log("fatal: " + DRAIN + " is \"" + value
                    + "\", expected seconds that clients have to leave after SIGTERM, at most 99999999"));
        }
        return Integer.parseInt(value);
    }

    private static List<Via> vias(Settings settings) throws Refusal {
        List<TunnelUrl> urls = settings.chaining().via();
        if (settings.middleProxies()) {
            ViaAddresses.requireEnds(urls);
        }
        return ViaAddresses.resolve(urls);
    }

    private PasswordFile password(Settings settings, @Nullable Refreshing refreshing) throws Refusal {
        PasswordFile kept = refreshing == null ? null : refreshing.password();
        if (kept != null) {
            return kept;
        }
        return settings.middleProxies()
                ? PasswordFile.load(settings.telegram().passwordFile(), this)
                : PasswordFile.NONE;
    }

    private BackendConfig backend(Settings settings, @Nullable Refreshing refreshing) throws Refusal {
        String file = refreshing == null ? settings.configFile() : refreshing.configFile();
        boolean needed = settings.direct().route() == Settings.Route.MIDDLE && refreshing == null; // also one without a name
        if (needed || !file.isEmpty()) {
            lineOfFirst(0, "config_filename = '" + file + "'");
            BackendConfig backend = BackendConfigFile.load(file, new SystemResolver(), now());
            lineOfFirst(1, "config loaded!");
            return backend;
        }
        lineOfFirst(0, "data centres are reached directly, no configuration file is used");
        if (settings.telegram().proxyTag() != null) {
            lineOfFirst(0, "warning: the proxy tag (-P) has no effect: only middle proxies show promoted channels");
        }
        if (settings.limits().dhAcceptRate() > 0) {
            lineOfFirst(0, "warning: --max-dh-accept-rate has no effect on direct connections");
        }
        return BackendConfig.none(now());
    }

    private @Nullable Takeover takeover() throws Refusal {
        try {
            return Takeover.begin(System.getenv(Takeover.VARIABLE));
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot take over from the old process: " + e.getMessage()));
        }
    }

    private Sockets sockets(Settings settings, EventLoops loops, @Nullable Takeover takeover) throws Refusal {
        if (worker != null) {
            return new Sockets(settings, loops, log, worker.seat().socketDescriptors(), List.of());
        }
        if (takeover != null) {
            return new Sockets(settings, loops, log, null, takeover.shared().sockets());
        }
        try {
            return new Sockets(settings, loops, log, null, InheritedSockets.listening(System.getenv(), pid));
        } catch (IllegalArgumentException e) {
            throw Refusal.exit(1, Line.log("fatal: " + e.getMessage()));
        }
    }

    /** A line that a worker leaves to its supervisor, as one that C prints before it forks. */
    private void lineOfFirst(int level, String text) {
        if (worker == null) {
            log.line(level, text);
        }
    }

    private @Nullable Workers workers(int count, List<Listener> clients, @Nullable Fronting fronting,
            @Nullable Takeover takeover) throws Refusal {
        if (worker != null || count == 0) {
            return null;
        }
        List<Integer> descriptors = new ArrayList<>();
        for (Listener client : clients) {
            descriptors.add(client.descriptor());
        }
        List<Integer> shared = fronting == null ? List.of() : fronting.shared();
        Workers.Heir heir = new Workers.Heir(Takeover.VARIABLE, takeover != null && takeover.sessions());
        Workers workers = Workers.start(count, descriptors, shared, heir, log);
        if (fronting != null) { // of the replay cache another process may hear
            shared.stream().filter(memory -> memory != fronting.replayMemory()).forEach(Inheritable::close);
        }
        return workers;
    }

    private EventLoops loops(int workers) throws Refusal {
        try {
            EventLoops loops = EventLoops.choose(System.getenv(EventLoops.VARIABLE));
            log.line(1, "event loop: " + loops.kind() + " (" + loops.reason() + ")");
            if (workers > 0 && loops.kind() == EventLoops.Kind.NIO) {
                throw Refusal.exit(1, Line.log("fatal: workers (-M " + workers + ") need the epoll loop, which hands "
                        + "sockets to processes; java.nio is in use (" + loops.reason() + ")"));
            }
            return loops;
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw Refusal.exit(2, Line.log("fatal: " + e.getMessage()));
        }
    }

    @Override
    public void detail(String line) {
        log.line(1, line);
    }

    @Override
    public void nice(int increment) {
        if (worker != null || System.getenv(Takeover.VARIABLE) != null) {
            return; // inherited
        }
        try {
            Niceness.add(increment);
        } catch (OsException e) {
            log.rawWarning("nice: " + e.reason());
        }
    }

    /** Root raises the descriptor limit to what the connections need; others get as many connections as the limit allows. */
    private Settings.Limits limits(Settings.Limits wanted, boolean direct, @Nullable Takeover takeover)
            throws Refusal {
        int connections = wanted.connections();
        int special = wanted.specialConnections();
        if (Users.uid() == 0) {
            requireDescriptors((long) connections + GAP);
        } else {
            connections = (int) Math.min(connections, Descriptors.softLimit() - GAP);
            if (connections < wanted.connections()) {
                log.warning(1,
                        "the descriptor limit leaves " + connections + " connections of " + wanted.connections());
            }
            special = special == 0 ? connections : Math.min(special, connections);
        }
        if (takeover != null) {
            special = takeover.shared().clients();
        }
        special = direct ? directClients(connections, special) : special;
        return new Settings.Limits(connections, special, wanted.bufferBytes(), wanted.acceptRate(),
                wanted.dhAcceptRate());
    }

    /** A client with a connection of its own to Telegram takes two descriptors. */
    private int directClients(int connections, int wanted) {
        try {
            Descriptors.require(2L * connections + GAP);
        } catch (OsException e) {
            // then fewer clients
        }
        long fit = directClients(Descriptors.softLimit());
        int special = wanted == 0 ? connections : wanted;
        if (special <= fit) {
            return wanted;
        }
        log.warning(1,
                "the descriptor limit leaves " + fit + " clients with a connection to Telegram each, of " + special);
        return (int) fit;
    }

    /** How many such clients fit under a limit of descriptors. */
    static long directClients(long descriptors) {
        return Math.max(1, (descriptors - GAP) / 2);
    }

    private static void requireDescriptors(long descriptors) throws Refusal {
        try {
            Descriptors.require(descriptors);
        } catch (OsException e) {
            throw Refusal.exit(1, Line.log("failed to set rlimit for open files. "
                    + "Try running as root or requesting smaller maxconns value."),
                    Line.log("fatal: cannot raise open file limit to " + descriptors));
        }
    }

    private static void becomeUser(@Nullable String given) throws Refusal {
        if (!Users.root()) {
            return;
        }
        Line fatal = Line.log("fatal: cannot change user to " + (given == null ? "(none)" : given));
        String name = user(given);
        Users.User user = Users.find(name);
        if (user == null) {
            throw Refusal.exit(1, Line.log("change_user_group: can't find the user " + name + " to switch to"), fatal,
                    Line.log("create the user " + name + ", or give an existing one with -u"));
        }
        try {
            Users.become(user);
        } catch (OsException e) {
            throw Refusal.exit(1, Line.log("change_user_group: " + e.reason()), fatal);
        }
    }

    private static String user(@Nullable String given) {
        return given == null || given.isEmpty() ? DEFAULT_USER : given;
    }

    private @Nullable Inet4Address ownAddress(@Nullable Inet4Address given) {
        if (given != null && Identity.bits(given) >>> 24 == 10) {
            return given;
        }
        if (given != null) {
            log.warning("Bad binded IP address " + given.getHostAddress() + ", search in ifconfig");
        }
        MainAddress.Candidate found = MainAddress.find();
        if (found == null) {
            return null;
        }
        log.line(1, "using main IP " + found.address().getHostAddress() + "/" + found.prefix() + " at interface "
                + found.name());
        return found.address();
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
