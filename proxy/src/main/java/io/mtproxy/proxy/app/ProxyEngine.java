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
import io.mtproxy.proxy.handover.Rehearsal;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.LimitAlarm;
import io.mtproxy.proxy.stats.StatsPort;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.supervisor.WorkerContext;
import io.mtproxy.proxy.telegram.ConnectBudget;
import io.mtproxy.proxy.telegram.Vias;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The event loops of this process. Each owns its clients and its links; they share nothing but the sockets they accept from. */
final class ProxyEngine implements Engine, Operator.Subject, WorkerOrders.Worker {
    private static final int MOST_LOOPS = 64;
    /** Links on their way to Telegram at a time. */
    private static final int CONNECT_BUDGET = 32;
    private static final int MOST_LOOPS_BY_DEFAULT = 4;
    /** Bytes that a client takes while it is handed over; 2 KiB were measured. */
    private static final long PER_CLIENT = 3 << 10;
    /** So many times what waits to be sent is in memory while it is handed over, at most. */
    private static final int COPIES = 5;
    /** For something that every loop does at its next turn. */
    private static final int TURN_MILLIS = 5_000;

    private final Launch launch;
    private final List<LoopWorld> worlds = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ConnectionLimit clients;
    private final RateLimit accepts;
    private final Vias vias;
    private final LoopPulse pulse;
    private final HttpCounters http = new HttpCounters();
    private final Standstill standstill;
    private final StatsPort statsPort;
    private final Operator operator;
    private @Nullable Heartbeat heartbeat;
    private volatile Rules rules;

    /** What is in force, with a counter for each secret. */
    private record Rules(Snapshot snapshot, List<SecretUse> uses) {
        /** Secrets that stay keep their counters, wherever they stand now. */
        Rules next(Snapshot next) {
            Secrets before = new Secrets(snapshot.secrets());
            List<SecretUse> kept = new ArrayList<>();
            for (byte[] key : next.secrets()) {
                int at = before.indexOf(key);
                kept.add(at >= 0 && at < uses.size() && !kept.contains(uses.get(at)) ? uses.get(at) : new SecretUse());
            }
            return new Rules(next, kept);
        }
    }

    ProxyEngine(Launch launch) {
        this.launch = launch;
        rules = new Rules(launch.snapshot(), List.of()).next(launch.snapshot());
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
                worlds.add(new LoopWorld(launch, i, loops, limits, disguise, rules.uses(), events));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        EngineStats stats = new EngineStats(launch, () -> rules.snapshot(), this::addTo, null, http, accepts);
        statsPort = new StatsPort(stats, http, accepts::admit);
        operator = new Operator(this, launch, OwnProcess.pid());
        standstill = new Standstill(worlds.stream().map(world -> world.loop).toList());
        pulse = new LoopPulse(worlds.stream().map(world -> world.loop).toList());
        Board.Slot slot = launch.slot();
        if (slot != null) {
            heartbeat = new Heartbeat(slot, this::addTo, worlds.stream().map(world -> world.loop).toList());
            heartbeat.begin();
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
    public void begin() {
        Takeover takeover = launch.takeover();
        if (takeover != null) {
            if (takeover.sessions()) { // while the old one still serves
                Rehearsal.play(launch.loops());
            }
            takeover.complete(this::adopt, launch.log());
        }
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
            listenToOrders();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (LoopWorld world : worlds.subList(1, worlds.size())) {
            Thread thread = new Thread(() -> serve(world), "loop-" + world.index);
            thread.start();
            threads.add(thread);
        }
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

    /** Of the operator; a worker's come from its supervisor. */
    private void listenToOrders() throws IOException {
        WorkerContext worker = launch.worker();
        if (worker == null) {
            operator.open();
        } else {
            WorkerOrders.listen(worker.seat().ordersDescriptor(), this, launch.log());
        }
    }

    private void listenForStats() throws IOException {
        for (Listener socket : launch.statsSockets()) {
            worlds.getFirst().loop.listen(socket, statsPort);
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
        totals.add(rules.uses());
        totals.add(Figure.TARGETS_READY, ready);
        totals.add(Figure.TARGETS_DECLARED, rules.snapshot().backend().targets().size());
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
    public void stopAccepting(boolean close) throws IOException {
        CountDownLatch closed = new CountDownLatch(worlds.size());
        for (LoopWorld world : worlds) {
            world.loop.execute(() -> {
                world.clients.closeDoors();
                if (!close) { // the statistics are another process's, too
                    world.loop.pauseAccepting(statsPort, true);
                }
                closed.countDown();
            });
        }
        await(closed);
        Heartbeat beats = heartbeat;
        if (beats != null) { // what the supervisor counts is true from now on
            CountDownLatch told = new CountDownLatch(1);
            worlds.getFirst().loop.execute(() -> {
                beats.tell();
                told.countDown();
            });
            await(told);
        }
        if (close) {
            launch.closeClientSockets();
        }
    }

    private static void await(CountDownLatch done) throws IOException {
        try {
            if (!done.await(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("a loop did not stop accepting within " + TURN_MILLIS + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public @Nullable String lastLine() {
        return operator.lastLine();
    }

    @Override
    public boolean leave() {
        return operator.leave(launch.drainSeconds());
    }

    @Override
    public void forward(Signal signal) {
        operator.heard(signal);
    }

    // ---- from and to another process

    @Override
    public Takeover.Shared shared(int version) {
        return Takeover.Shared.of(launch, version, worlds.size());
    }

    @Override
    public void standStill(HandOver.Task task) throws IOException {
        standstill.hold(task);
    }

    @Override
    public HandOver.Estate save() throws IOException {
        requireMemory();
        Map<String, Long> ends = new LinkedHashMap<>();
        Rules now = rules;
        for (int i = 0; i < now.uses().size(); i++) {
            for (CloseReason reason : CloseReason.values()) {
                long count = now.uses().get(i).ended(reason);
                if (count > 0) {
                    ends.put(endKey(now.snapshot().secrets().get(i), reason), count);
                }
            }
        }
        ProcessState state = new ProcessState(worlds.stream().map(LoopWorld::save).toList(), ends,
                ProcessCounters.save(launch, http));
        return new HandOver.Estate(state, state.clients(), state.links());
    }

    /** The state is a copy of all that is known of clients and waits to be sent, made in several steps; running out of memory would end us. */
    private void requireMemory() throws IOException {
        long wanted = PER_CLIENT * clients.used()
                + COPIES * worlds.stream().mapToLong(world -> world.loop.buffers().bytesInUse()).sum();
        if (wanted > freeMemory()) {
            System.gc();
        }
        if (wanted > freeMemory()) {
            throw new IOException(
                    (wanted >> 20) + " MiB of memory are needed to hand over all clients and what waits for "
                            + "them, " + (freeMemory() >> 20)
                            + " are free: try again when there is less, or with a larger -Xmx");
        }
    }

    private static long freeMemory() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    }

    private void adopt(ProcessState state) throws IOException {
        if (state.loops().size() != worlds.size()) {
            throw new IOException(state.loops().size() + " loops, expected " + worlds.size());
        }
        for (LoopWorld world : worlds) {
            world.adopt(state.loops().get(world.index));
        }
        Rules now = rules;
        for (int i = 0; i < now.uses().size(); i++) {
            for (CloseReason reason : CloseReason.values()) {
                now.uses().get(i).restore(reason,
                        state.secretEnds().getOrDefault(endKey(now.snapshot().secrets().get(i), reason), 0L));
            }
        }
        ProcessCounters.restore(launch, http, state.process());
        Heartbeat beats = heartbeat;
        if (beats != null) { // the supervisor's sums shall not fall for a moment
            beats.tell();
        }
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
        operator.heard(Signal.TERM);
        worlds.forEach(world -> world.loop.stop());
    }

    @Override
    public boolean alive() {
        return pulse.beats();
    }

    @Override
    public void reload(Snapshot next) {
        Rules now = rules.next(next);
        rules = now;
        worlds.forEach(world -> world.loop.execute(() -> world.use(next, now.uses())));
    }

    @Override
    public void lookUp() {
        vias.lookUp();
    }

    @Override
    public void close() {
        operator.close();
        worlds.forEach(LoopWorld::close);
        launch.closeSockets();
    }
}
