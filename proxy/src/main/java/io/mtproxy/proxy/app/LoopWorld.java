package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.client.ClientSettings;
import io.mtproxy.proxy.client.ClientState;
import io.mtproxy.proxy.client.Clients;
import io.mtproxy.proxy.client.Disguise;
import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.Outbound;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.front.Splices;
import io.mtproxy.proxy.handover.LoopState;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.SocketSettings;
import io.mtproxy.proxy.os.Memory;
import io.mtproxy.proxy.telegram.AutoTelegram;
import io.mtproxy.proxy.telegram.DataCentres;
import io.mtproxy.proxy.telegram.DirectCentres;
import io.mtproxy.proxy.telegram.DirectSettings;
import io.mtproxy.proxy.telegram.Directory;
import io.mtproxy.proxy.telegram.LinkBounds;
import io.mtproxy.proxy.telegram.MiddleProxies;
import io.mtproxy.proxy.telegram.NatTable;
import io.mtproxy.proxy.telegram.Telegram;
import io.mtproxy.proxy.telegram.TelegramSettings;
import io.mtproxy.proxy.telegram.TelegramState;
import io.mtproxy.wire.rpc.ProcessId;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that belongs to one event loop, wired: configuration values become the settings of each package here. */
final class LoopWorld {
    /** C: keep-alive of links after 40 s of silence, every 40 s, five times. */
    private static final SocketSettings LINK_SOCKETS = SocketSettings.DEFAULT.keepAliveTimes(40, 40, 5);
    /** C: a link must be ready so long after it is connected. */
    private static final int HANDSHAKE_MILLIS = 3000;
    /** A packet waits so long for a link; about as long as a link may take to become ready. */
    private static final int WAIT_MILLIS = 3000;

    /** Clients that are passed on to the site at once: what we think probers may cost us. */
    private static final int MOST_SPLICES = 4096;
    /** One connection may take this part of the memory for buffers, at most. */
    private static final int SHARES = 4;

    /** So often buffers are let go that were not needed in the meantime. */
    private static final int TRIM_MILLIS = 2_000;
    /** So much is worth a collection, in which the JVM gives memory back to the system. */
    private static final int WORTH_COLLECTING = 4 << 20;
    /** The same when a burst is over. */
    private static final int WORTH_COLLECTING_AFTER = 1 << 20;
    /** A minute: not sooner after the last one, under traffic ... */
    private static final int TRIMS_UNDER_TRAFFIC = 30;
    /** ... and 10 s: when a burst is over. */
    private static final int LEAST_TRIMS = 5;

    final int index;
    final EventLoop loop;
    final Counters counters = new Counters();
    final Clients clients;
    private final Telegram telegram;
    /** Null where all connections are direct. */
    private final @Nullable MiddleProxies middle;
    private final int connectMillis;
    /** Bytes that were let go since the last collection. */
    private long trimmed = WORTH_COLLECTING_AFTER; // what the start leaves behind
    /** Of these, the buffers'. */
    private long trimmedBuffers;
    private int trims;

    /** @param shared what the loops share under {@code -D}, else null */
    LoopWorld(Launch launch, int index, int loops, SharedLimits limits, @Nullable SharedDisguise shared,
            List<SecretUse> uses, Events events) throws IOException {
        this.index = index;
        loop = launch.loops().create(LINK_SOCKETS, cause -> events.on(new Event.Bug(cause)));
        middle = !launch.settings().middleProxies()
                ? null
                : new MiddleProxies(loop, index, telegramSettings(launch, loops, limits), counters, events);
        telegram = telegram(launch, limits, events);
        clients = new Clients(loop, clientSettings(launch, loops), new Secrets(launch.snapshot().secrets()), uses,
                limits.hints(), limits.accepts(), limits.clients(), telegram,
                shared == null ? null : disguise(launch, loops, shared, limits.hints()), counters);
        connectMillis = launch.outbound().connectMillis();
        if (middle != null && launch.takeover() != null && launch.takeover().sessions()) {
            middle.await();
        }
        use(launch.snapshot());
        loop.after(TRIM_MILLIS, this::trim);
    }

    /**
     * After a burst. The collector would not shrink the heap by itself: an idle proxy makes no garbage. It stops all loops, so it is
     * asked when nothing more is let go; for buffers once a minute, too, since traffic may come in waves.
     */
    private void trim() {
        long buffers = loop.buffers().trim();
        long ciphers = clients.letGo();
        trimmedBuffers += buffers;
        trimmed += buffers + ciphers;
        trims++;
        boolean over = trimmed >= WORTH_COLLECTING_AFTER && buffers + ciphers == 0 && trims >= LEAST_TRIMS;
        if (over || (trimmedBuffers >= WORTH_COLLECTING && trims >= TRIMS_UNDER_TRAFFIC)) {
            trimmedBuffers = 0;
            trimmed = 0;
            trims = 0;
            System.gc();
            Memory.giveBack();
        }
        loop.after(TRIM_MILLIS, this::trim);
    }

    /** Takes over a new config and new secrets; on the loop's thread. */
    void use(Snapshot next, List<SecretUse> uses) {
        clients.use(new Secrets(next.secrets()), uses);
        use(next);
    }

    private void use(Snapshot snapshot) {
        if (middle != null) {
            byte[] secret = snapshot.password() == null ? null : snapshot.password().secret();
            if (secret != null) {
                middle.useSecret(secret);
            }
            middle.use(directory(snapshot.backend(), connectMillis));
        }
    }

    private Telegram telegram(Launch launch, SharedLimits limits, Events events) {
        Settings settings = launch.settings();
        if (middle != null && settings.direct().route() == Settings.Route.MIDDLE) {
            return middle;
        }
        DirectCentres direct = new DirectCentres(loop,
                DirectSettings.of(DataCentres.builtIn().with(settings.direct().overrides()),
                        source(settings.listening().address()), launch.outbound().connectMillis(), limits.vias()),
                counters, events);
        return middle == null ? direct : new AutoTelegram(middle, direct, counters);
    }

    /** All that this loop has; while it stands still. */
    LoopState save() {
        TelegramState links = telegram.saveLinks(); // first: lanes name the links
        return new LoopState(links, clients.save(), counters.save(), loop.metrics().save());
    }

    /** Goes on where a loop of another process stood; before this one runs. */
    void adopt(LoopState saved) throws IOException {
        telegram.adoptLinks(saved.telegram());
        for (ClientState client : saved.clients()) {
            clients.adopt(client);
        }
        telegram.adopted();
        counters.restore(saved.counters()); // last: what was taken over has been counted
        loop.metrics().restore(saved.metrics());
    }

    /** After the loop has ended. */
    void close() {
        clients.close();
        telegram.shutDown();
        loop.close();
    }

    private static ClientSettings clientSettings(Launch launch, int loops) {
        Settings settings = launch.settings();
        ClientSettings defaults = ClientSettings.defaults(settings.access().paddedOnly(), loops, maxMemory(settings))
                .balancers(settings.chaining().balancers());
        int maxFrame = launch.outbound().maxFrame();
        return maxFrame == 0 ? defaults : defaults.maxPacket(maxFrame);
    }

    /** {@code --msg-buffers-size}, and never more than half of what the JVM may have. */
    private static long maxMemory(Settings settings) {
        return Math.min(settings.limits().bufferBytes(), Runtime.getRuntime().maxMemory() / 2);
    }

    private Disguise disguise(Launch launch, int loops, SharedDisguise shared, SecretHints hints) {
        Splices splices = new Splices(loop, counters, source(launch.settings().listening().address()),
                MOST_SPLICES / loops, launch.settings().chaining().siteVersion());
        return new Disguise(shared.sites(), splices, shared.replays(), hints,
                shared.keys().forLoop(), new Secrets(launch.snapshot().secrets()), counters);
    }

    /** A day is as good as never, and a shorter interval than this would only be noise. */
    private static int pingMillis(double seconds) {
        return (int) (Math.clamp(seconds, 0.1, 86_400) * 1000);
    }

    private static TelegramSettings telegramSettings(Launch launch, int loops, SharedLimits limits) {
        Settings.Telegram t = launch.settings().telegram();
        List<NatTable.Rule> rules = t.natRules().stream()
                .map(r -> new NatTable.Rule(r.local().getAddress(), r.global().getAddress())).toList();
        Identity self = launch.identity();
        return new TelegramSettings(launch.rpcSecret(), t.proxyTag(), new NatTable(rules),
                new ProcessId(self.ip(), self.port(), self.pid(), self.time()),
                source(launch.settings().listening().address()), loops, HANDSHAKE_MILLIS, WAIT_MILLIS,
                pingMillis(t.pingInterval()), t.forceDh(), bounds(launch, loops), limits.connects(),
                limits.keyExchanges()::admit, limits.vias());
    }

    private static LinkBounds bounds(Launch launch, int loops) {
        Outbound o = launch.outbound();
        LinkBounds d = LinkBounds.DEFAULT;
        return new LinkBounds(o.writeMillis(), o.readMillis(), o.idleMillis(),
                o.maxFrame() == 0 ? d.maxFrame() : o.maxFrame(),
                Math.min(d.maxOutput(), maxMemory(launch.settings()) / loops / SHARES));
    }

    private static @Nullable InetSocketAddress source(@Nullable Inet4Address address) {
        return address == null ? null : new InetSocketAddress(address, 0);
    }

    private static Directory directory(BackendConfig config, int connectMillis) {
        int most = config.timeoutMillis() == 0 ? connectMillis : Math.min(connectMillis, config.timeoutMillis());
        return new Directory(
                config.clusters().stream().map(c -> new Directory.Cluster(c.id(), targets(c.targets(), most)))
                        .toList(),
                targets(config.targets(), most), config.defaultCluster());
    }

    private static List<Directory.Target> targets(List<BackendConfig.Target> targets, int connectMillis) {
        return targets.stream().map(t -> new Directory.Target(new InetSocketAddress(t.address(), t.port()),
                t.minConnections(), t.maxConnections(), connectMillis)).toList();
    }
}
