package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.client.ConnectionLimit;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.handover.ProcessState;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.LimitAlarm;
import io.mtproxy.proxy.stats.StatsPort;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.telegram.ConnectBudget;
import io.mtproxy.proxy.telegram.Vias;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event loops of this process. Each owns its clients and its links; they share nothing but the sockets they accept from. */
final class ProxyEngine implements Engine, Operator.Subject, Upgrade.Source {
    private static final int MOST_LOOPS = 64;
    /** Links on their way to Telegram at a time. */
    private static final int CONNECT_BUDGET = 32;
    private static final int MOST_LOOPS_BY_DEFAULT = 4;

    private final Launch launch;
    private final List<LoopWorld> worlds = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ConnectionLimit clients;
    private final RateLimit accepts;
    private final Vias vias;
    private final LoopPulse pulse;
    private final HttpCounters http = new HttpCounters();
    private final Standstill standstill;
    private @Nullable Control control;
    private volatile @Nullable String lastLine;
    private volatile Snapshot snapshot;
    private volatile List<SecretUse> uses = List.of();

    ProxyEngine(Launch launch) {
        this.launch = launch;
        this.snapshot = launch.snapshot();
        uses = uses(snapshot);
        Events events = new EventLog(launch.log());
        Settings.Limits given = launch.settings().limits();
        clients = new ConnectionLimit(launch.maxSpecialConnections());
        accepts = new RateLimit(given.acceptRate());
        vias = new Vias(launch.vias(), events);
        SharedLimits limits = new SharedLimits(accepts, new RateLimit(given.dhAcceptRate()), clients,
                new SecretHints(), new ConnectBudget(CONNECT_BUDGET), vias);
        SharedDisguise disguise = SharedDisguise.of(launch.fronting());
        Takeover takeover = launch.takeover();
        int loops = takeover != null && takeover.sessions()
                ? takeover.shared().loops()
                : loops(launch.settings().host());
        try {
            for (int i = 0; i < loops; i++) {
                worlds.add(new LoopWorld(launch, i, loops, limits, disguise, uses, events));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        standstill = new Standstill(worlds.stream().map(world -> world.loop).toList());
        pulse = new LoopPulse(worlds.stream().map(world -> world.loop).toList());
        Board.Slot slot = launch.slot();
        if (slot != null) {
            new Heartbeat(slot, this::addTo, worlds.stream().map(world -> world.loop).toList()).begin();
        }
    }

    /**
     * By default one for two cores: the kernel's share of the work is done on the others, and what a loop finds ready at once
     * shares cipher calls and writes, which more loops would only tear apart.
     */
    private static int loops(Settings.Host host) {
        if (host.threads().cpu() > 0) {
            return Math.min(host.threads().cpu(), MOST_LOOPS);
        }
        return host.workers() > 0
                ? 1
                : Math.min((Runtime.getRuntime().availableProcessors() + 1) / 2, MOST_LOOPS_BY_DEFAULT);
    }

    @Override
    public boolean begin() {
        Takeover takeover = launch.takeover();
        return takeover == null || takenOver(takeover);
    }

    @Override
    public boolean run() {
        try {
            for (LoopWorld world : worlds) {
                for (Listener socket : launch.clientSockets()) {
                    world.loop.listen(socket, world.clients);
                }
            }
            listenForStats();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (LoopWorld world : worlds.subList(1, worlds.size())) {
            Thread thread = new Thread(() -> serve(world), "loop-" + world.index);
            thread.start();
            threads.add(thread);
        }
        openControl();
        if (launch.slot() == null && clients.limit() > 0) { // a worker leaves this to its supervisor
            warnNearLimit();
        }
        serve(worlds.getFirst());
        join();
        return true;
    }

    /** A loop that dies takes its clients with it: the process ends, so that a service manager starts a whole one. */
    private void serve(LoopWorld world) {
        try {
            standstill.serve(world.loop);
        } catch (Throwable e) {
            launch.log().line("fatal: loop " + world.index + " died: " + e);
            Runtime.getRuntime().halt(1);
        }
    }

    private boolean takenOver(Takeover takeover) {
        try {
            takeover.complete(this::adopt);
            return true;
        } catch (IOException | RuntimeException e) {
            launch.log().line("fatal: cannot take over from the old process: "
                    + (e instanceof IOException && e.getMessage() != null ? e.getMessage() : e));
            return false;
        }
    }

    /** A worker's sessions are not handed over yet, and java.nio cannot do it. */
    private void openControl() {
        if (launch.slot() == null && launch.loops().kind() != EventLoops.Kind.NIO) {
            control = Control.open(ControlDirectory.choose(System::getenv, launch.log()), OwnProcess.pid(),
                    new Operator(this, launch.log()), launch.log());
        }
    }

    private void listenForStats() throws IOException {
        EngineStats stats = new EngineStats(launch, () -> snapshot, this::addTo, null, http, accepts);
        StatsPort port = new StatsPort(stats, http, accepts::admit);
        for (Listener socket : launch.statsSockets()) {
            worlds.getFirst().loop.listen(socket, port);
        }
    }

    /** Adds the numbers of this process; any thread. */
    private void addTo(Totals totals) {
        long ready = 0;
        for (LoopWorld world : worlds) {
            totals.add(world.counters);
            totals.add(world.loop);
            ready = Math.max(ready, world.counters.get(Counter.TARGETS_READY)); // ready in some loop is ready
        }
        totals.add(uses);
        totals.add(Figure.TARGETS_READY, ready);
        totals.add(Figure.TARGETS_DECLARED, snapshot.backend().targets().size());
        for (int i = 0; i < vias.size(); i++) {
            totals.addVia(i, vias.healthy(i) ? 1 : 0);
        }
        totals.add(Figure.CLIENT_LIMIT, launch.maxSpecialConnections());
        totals.add(Figure.CONFIG_BEHIND, launch.configs().view().lastError().isEmpty() ? 0 : 1);
    }

    // ---- what an operator asks

    @Override
    public int clients() {
        return clients.used();
    }

    @Override
    public void stopAccepting(boolean close) {
        for (LoopWorld world : worlds) {
            world.loop.execute(() -> world.loop.pauseAccepting(world.clients, true));
        }
        if (close) {
            launch.closeClientSockets();
        }
    }

    @Override
    public void end(String line) {
        lastLine = line;
        stop();
    }

    @Override
    public @Nullable String lastLine() {
        return lastLine;
    }

    @Override
    public Upgrade.Result upgrade(Path launcher) throws IOException {
        Upgrade.Result result = new Upgrade(this).run(launcher);
        ServiceManager manager = ServiceManager.of(System::getenv, OwnProcess.pid(), launch.log());
        if (manager != null) { // before we end, or the service would count as ended
            manager.mainPid(result.pid());
        }
        return result;
    }

    @Override
    public void vanish(Upgrade.Result result) {
        Control open = control;
        if (open != null) {
            open.close();
        }
        Runtime.getRuntime().halt(0); // closes descriptors, ends no connection: the new process has them, too
    }

    // ---- from and to another process

    @Override
    public Takeover.Shared shared(int version) {
        List<Integer> sockets = new ArrayList<>();
        launch.clientSockets().forEach(socket -> sockets.add(socket.descriptor()));
        launch.statsSockets().forEach(socket -> sockets.add(socket.descriptor()));
        Fronting fronting = launch.fronting();
        return new Takeover.Shared(version, worlds.size(), sockets, fronting == null ? -1 : fronting.replayMemory());
    }

    @Override
    public void standStill(Upgrade.Task task) throws IOException {
        standstill.hold(task);
    }

    @Override
    public ProcessState save() {
        Map<String, Long> ends = new LinkedHashMap<>();
        for (int i = 0; i < uses.size(); i++) {
            for (CloseReason reason : CloseReason.values()) {
                long count = uses.get(i).ended(reason);
                if (count > 0) {
                    ends.put(endKey(snapshot.secrets().get(i), reason), count);
                }
            }
        }
        return new ProcessState(worlds.stream().map(LoopWorld::save).toList(), ends, http.save());
    }

    private void adopt(ProcessState state) throws IOException {
        if (state.loops().size() != worlds.size()) {
            throw new IOException(state.loops().size() + " loops, expected " + worlds.size());
        }
        for (LoopWorld world : worlds) {
            world.adopt(state.loops().get(world.index));
        }
        for (int i = 0; i < uses.size(); i++) {
            for (CloseReason reason : CloseReason.values()) {
                uses.get(i).restore(reason,
                        state.secretEnds().getOrDefault(endKey(snapshot.secrets().get(i), reason), 0L));
            }
        }
        http.restore(state.process());
        launch.log().line("taken over: " + state.clients() + " clients, " + state.links() + " links");
    }

    private static String endKey(byte[] secret, CloseReason reason) {
        return HexFormat.of().formatHex(secret) + '@' + reason;
    }

    private void warnNearLimit() {
        String alarm = LimitAlarm.line(clients.used(), clients.limit());
        if (alarm != null) {
            launch.log().line(0, alarm);
        }
        worlds.getFirst().loop.after(LimitAlarm.EVERY_MILLIS, this::warnNearLimit);
    }

    private void join() {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void stop() {
        worlds.forEach(world -> world.loop.stop());
    }

    @Override
    public boolean alive() {
        return pulse.beats();
    }

    @Override
    public void reload(Snapshot next) {
        List<SecretUse> nextUses = uses(next);
        snapshot = next;
        uses = nextUses;
        worlds.forEach(world -> world.loop.execute(() -> world.use(next, nextUses)));
    }

    /** A counter for every secret; those that stay keep theirs, wherever they stand now. */
    private List<SecretUse> uses(Snapshot next) {
        Secrets before = new Secrets(snapshot.secrets());
        List<SecretUse> kept = new ArrayList<>();
        for (byte[] key : next.secrets()) {
            int at = before.indexOf(key);
            kept.add(at >= 0 && at < uses.size() && !kept.contains(uses.get(at)) ? uses.get(at) : new SecretUse());
        }
        return kept;
    }

    @Override
    public void close() {
        Control open = control;
        if (open != null) {
            open.close();
        }
        worlds.forEach(LoopWorld::close);
        launch.closeSockets();
    }
}
