package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.ReplayCache;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.SystemResolver;
import io.mtproxy.proxy.front.FrontLog;
import io.mtproxy.proxy.front.FrontSettings;
import io.mtproxy.proxy.front.OwnSockets;
import io.mtproxy.proxy.front.SiteBoard;
import io.mtproxy.proxy.front.SiteProfiles;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.Inheritable;
import io.mtproxy.proxy.os.OsException;
import io.mtproxy.proxy.os.SocketSupport;
import io.mtproxy.proxy.supervisor.WorkerContext;
import io.mtproxy.wire.proxyprotocol.ProxyHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -D}: the sites are asked before the client ports open, by the first process; it tells its workers, and goes on asking
 * while the main loop runs.
 */
public final class Fronting {
    /** The port of the sites, for tests. */
    private static final String PORT_PROPERTY = "mtproxy.site.port";
    /** How soon a worker takes over what its supervisor has found out. */
    private static final int READ_MILLIS = 10_000;
    private static final int BOARD = 0;
    private static final int REPLAYS = 1;

    private final SiteProfiles sites;
    private final Log log;
    /** In a worker what its supervisor tells. */
    private final @Nullable SiteBoard told;
    /** Of all workers together, or of this process and the next; null where memory cannot be shared. */
    private @Nullable ReplayCache sharedReplays;

    private int replayMemory = -1;

    private Fronting(SiteProfiles sites, @Nullable SiteBoard told, @Nullable ReplayCache sharedReplays, Log log) {
        this.sites = sites;
        this.told = told;
        this.sharedReplays = sharedReplays;
        this.log = log;
    }

    /**
     * Asks the sites, then checks what goes with {@code -D}, in C's order; a worker takes over what is known.
     *
     * @param user whom the process is going to run as
     * @return null without {@code -D}
     */
    static @Nullable Fronting begin(Settings settings, List<byte[]> secrets, String user,
            @Nullable WorkerContext worker, @Nullable Takeover takeover, Log log) throws Refusal {
        if (settings.access().domains().isEmpty()) {
            return null;
        }
        if (worker != null) {
            return take(settings, secrets, worker, log);
        }
        FrontSettings front = FrontSettings.of(settings.access().domains(), port(),
                StateDirectory.choose(System::getenv, user, log), drawKey(secrets)).preface(preface(settings));
        SiteProfiles sites = SiteProfiles.ask(front, Fronting::resolve, own(settings), new Lines(log));
        if (settings.host().workers() > 0) {
            log.warning("It is recommended to not use workers with TLS-transport");
            log.line("This is meant for the C program: these workers share one replay cache, so it is safe");
        }
        if (secrets.isEmpty()) {
            throw Refusal.exit(2,
                    Line.log("You must specify at least one mtproto-secret to use when using TLS-transport"));
        }
        Fronting fronting = new Fronting(sites, null, null, log);
        if (SocketSupport.missing() == null) {
            fronting.keepReplays(takeover == null ? -1 : takeover.shared().replays());
        }
        return fronting;
    }

    /** One process may have another one behind it, which goes on with the same memory. */
    private void keepReplays(int handed) throws Refusal {
        try {
            if (handed >= 0 && Inheritable.size(handed) != ReplayCache.BYTES) {
                throw new IOException("that of the old process has " + Inheritable.size(handed) + " bytes, expected "
                        + ReplayCache.BYTES);
            }
            replayMemory = handed < 0 ? Inheritable.memory("mtproxy-replays") : handed;
            sharedReplays = new ReplayCache(Inheritable.map(replayMemory, ReplayCache.BYTES));
        } catch (OsException e) {
            throw Refusal.exit(1, Line.log("fatal: no memory for the replay cache: " + e.reason()));
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: no memory for the replay cache: " + e));
        }
    }

    /** The descriptor of the replay cache's memory, -1 when no other process can have it. */
    int replayMemory() {
        return replayMemory;
    }

    private static Fronting take(Settings settings, List<byte[]> secrets, WorkerContext worker, Log log)
            throws Refusal {
        try {
            SiteBoard board = new SiteBoard(inherited(worker, BOARD));
            ReplayCache replays = new ReplayCache(inherited(worker, REPLAYS));
            String text = board.read();
            FrontSettings front = FrontSettings.of(settings.access().domains(), port(), null, drawKey(secrets));
            SiteProfiles sites = SiteProfiles.take(text == null ? "" : text, front, Fronting::resolve, own(settings));
            return new Fronting(sites, board, replays, log);
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.exit(1, Line.log("fatal: what a worker should know of the sites is missing: " + e));
        }
    }

    private static ByteBuffer inherited(WorkerContext worker, int index) throws IOException {
        int descriptor = worker.seat().sharedDescriptor(index);
        ByteBuffer memory = Inheritable.map(descriptor, Inheritable.size(descriptor));
        Inheritable.close(descriptor);
        return memory;
    }

    /** Which hellos have been answered; one for all loops, to be asked for once. */
    ReplayCache replays() {
        ReplayCache shared = sharedReplays;
        return shared == null ? ReplayCache.local() : shared;
    }

    /** The sites as they are known. */
    public SiteProfiles sites() {
        return sites;
    }

    /** Memory for workers: what is known of the sites, now and later, and their replay cache. To be called once. */
    List<Integer> shared() throws Refusal {
        try {
            int memory = Inheritable.memory("mtproxy-sites");
            SiteBoard board = new SiteBoard(
                    Inheritable.map(memory, SiteBoard.bytes(sites.current().all().size())));
            sites.tell(board);
            return List.of(memory, replayMemory);
        } catch (OsException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot start workers: " + e.reason()));
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot start workers: " + e));
        }
    }

    /** Keeps what is known of the sites fresh from now on, on a thread that does not keep the process alive. */
    void keep() {
        if (told == null) {
            sites.keepAsking(new Lines(log));
            return;
        }
        Thread thread = new Thread(() -> keepReading(told), "site-rounds");
        thread.setDaemon(true);
        thread.start();
    }

    private void keepReading(SiteBoard board) {
        long known = 0;
        try {
            while (true) {
                Thread.sleep(READ_MILLIS);
                long version = board.version();
                String text = version == known ? null : board.read();
                if (text != null) {
                    known = version;
                    sites.use(text);
                }
            }
        } catch (InterruptedException e) {
            // nobody does that
        }
    }

    private static byte[] preface(Settings settings) {
        int version = settings.chaining().siteVersion();
        return version == 0 ? new byte[0] : ProxyHeader.ofOurOwn(version);
    }

    private static int port() {
        return Integer.getInteger(PORT_PROPERTY, FrontSettings.PORT);
    }

    private static byte[] drawKey(List<byte[]> secrets) {
        return secrets.isEmpty() ? new byte[16] : secrets.getFirst();
    }

    /** The hosts file is read each time: it may change while we run. */
    private static @Nullable InetAddress resolve(String domain) {
        return new SystemResolver().resolve(domain);
    }

    private static OwnSockets own(Settings settings) {
        Settings.Listening listening = settings.listening();
        return new OwnSockets(new HashSet<>(listening.ports()), listening.ipv6() ? null : listening.address(),
                settings.telegram().natRules().stream().<InetAddress>map(Settings.NatRule::global).toList());
    }

    private record Lines(Log log) implements FrontLog {
        @Override
        public void line(String text) {
            log.warning(text);
        }

        @Override
        public void line(int level, String text) {
            log.line(level, text);
        }
    }
}
