package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.handover.LoopState;
import io.mtproxy.proxy.handover.ProcessState;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.StatsPort;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.supervisor.Supervisor;
import io.mtproxy.proxy.supervisor.Workers;
import io.mtproxy.proxy.telegram.TelegramState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parent of worker processes: statistics and the watch over workers, on one loop. Clients are theirs. */
final class SupervisorEngine implements Engine, Operator.Subject, Takeover.Heir {
    private final Launch launch;
    private final Workers workers;
    private final Crew crew;
    private final EventLoop loop;
    private final Supervisor supervisor;
    private final Standstill standstill;
    private final Operator operator;
    private final LoopPulse pulse;
    private final HttpCounters http = new HttpCounters();
    private final StatsPort statsPort;
    private volatile Snapshot snapshot;

    SupervisorEngine(Launch launch, Workers workers) {
        this.launch = launch;
        this.workers = workers;
        crew = new Crew(workers);
        snapshot = launch.snapshot();
        Events events = new EventLog(launch.log());
        try {
            loop = launch.loops().create(cause -> events.on(new Event.Bug(cause)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RateLimit accepts = new RateLimit(launch.settings().limits().acceptRate());
        EngineStats stats = new EngineStats(launch, () -> snapshot, this::addTo, workers, http, accepts);
        statsPort = new StatsPort(stats, http, accepts::admit);
        supervisor = new Supervisor(loop, workers, launch.log());
        standstill = new Standstill(List.of(loop));
        operator = new Operator(this, launch, OwnProcess.pid());
        pulse = new LoopPulse(List.of(loop));
    }

    private void addTo(Totals totals) {
        totals.add(loop);
        totals.add(Figure.TARGETS_DECLARED, snapshot.backend().targets().size());
        totals.add(Figure.CLIENT_LIMIT, launch.maxSpecialConnections());
    }

    @Override
    public void begin() {
        Takeover takeover = launch.takeover();
        if (takeover != null) {
            takeover.complete(this, launch.log());
        }
    }

    @Override
    public boolean run() {
        try {
            for (Listener socket : launch.statsSockets()) {
                loop.listen(socket, statsPort);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        operator.open();
        return supervisor.run(() -> standstill.serve(loop));
    }

    @Override
    public void stop() {
        operator.heard(Signal.TERM);
        supervisor.stop();
    }

    @Override
    public boolean leave() {
        return operator.leave(launch.drainSeconds());
    }

    @Override
    public @Nullable String lastLine() {
        return operator.lastLine();
    }

    /** Of this process: the supervisor itself watches over the workers. */
    @Override
    public boolean alive() {
        return pulse.beats();
    }

    @Override
    public void forward(Signal signal) {
        operator.heard(signal);
        supervisor.forward(signal);
    }

    @Override
    public void reload(Snapshot next) {
        snapshot = next;
    }

    // ---- what an operator asks

    /** As the workers have told the last time. */
    @Override
    public int clients() {
        Totals totals = new Totals();
        workers.addTo(totals);
        return (int) totals.get(Counter.CLIENTS);
    }

    @Override
    public void stopAccepting(boolean close) throws IOException {
        supervisor.letThemLeave();
        crew.stopAccepting(close);
        if (close) {
            launch.closeClientSockets();
        } else { // the statistics are another process's, too
            loop.execute(() -> loop.pauseAccepting(statsPort, true));
        }
    }

    // ---- from and to another process

    @Override
    public Takeover.Shared shared(int version) {
        return Takeover.Shared.of(launch, version, workers.orders().size());
    }

    @Override
    public void prepare(int[] heirs) throws IOException {
        crew.prepare(heirs);
    }

    @Override
    public void standStill(HandOver.Task task) throws IOException {
        standstill.hold(task);
    }

    @Override
    public HandOver.Estate save() throws IOException {
        Crew.Share share = crew.handOver();
        LoopState own = new LoopState(TelegramState.NONE, List.of(), Map.of(), loop.metrics().save());
        return new HandOver.Estate(new ProcessState(List.of(own), Map.of(), ProcessCounters.save(launch, http)),
                share.clients(), share.links());
    }

    @Override
    public void commit(HandOver.Estate estate) {
        crew.commit();
    }

    @Override
    public void given() {
        crew.awaitEnd();
    }

    @Override
    public void takeBack(String why) {
        crew.takeBack(why);
    }

    @Override
    public void adopt(ProcessState state) throws IOException {
        if (state.loops().size() != 1 || state.clients() > 0) {
            throw new IOException("the old process has sessions of its own, expected workers that have them");
        }
        loop.metrics().restore(state.loops().getFirst().metrics());
        ProcessCounters.restore(launch, http, state.process());
    }

    @Override
    public List<UnixSocket> heirs() {
        return workers.heirs();
    }

    @Override
    public void close() {
        operator.close();
        loop.close();
        launch.closeSockets();
    }
}
