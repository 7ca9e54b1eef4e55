package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.StatsPort;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.supervisor.Supervisor;
import io.mtproxy.proxy.supervisor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The parent of worker processes: statistics and the watch over workers, on one loop. Clients are theirs. */
final class SupervisorEngine implements Engine {
    private final Launch launch;
    private final EventLoop loop;
    private final Supervisor supervisor;
    private final LoopPulse pulse;
    private volatile Snapshot snapshot;

    SupervisorEngine(Launch launch, Workers workers) {
        this.launch = launch;
        snapshot = launch.snapshot();
        Events events = new EventLog(launch.log());
        try {
            loop = launch.loops().create(cause -> events.on(new Event.Bug(cause)));
            HttpCounters http = new HttpCounters();
            RateLimit accepts = new RateLimit(launch.settings().limits().acceptRate());
            EngineStats stats = new EngineStats(launch, () -> snapshot, this::addTo, workers, http, accepts);
            StatsPort port = new StatsPort(stats, http, accepts::admit);
            for (Listener socket : launch.statsSockets()) {
                loop.listen(socket, port);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        supervisor = new Supervisor(loop, workers, launch.log());
        pulse = new LoopPulse(List.of(loop));
    }

    private void addTo(Totals totals) {
        totals.add(loop);
        totals.add(Figure.TARGETS_DECLARED, snapshot.backend().targets().size());
        totals.add(Figure.CLIENT_LIMIT, launch.maxSpecialConnections());
    }

    @Override
    public boolean run() {
        return supervisor.run();
    }

    @Override
    public void stop() {
        supervisor.stop();
    }

    /** Of this process: the supervisor itself watches over the workers. */
    @Override
    public boolean alive() {
        return pulse.beats();
    }

    @Override
    public void forward(Signal signal) {
        supervisor.forward(signal);
    }

    @Override
    public void reload(Snapshot next) {
        snapshot = next;
    }

    @Override
    public void close() {
        loop.close();
        launch.closeSockets();
    }
}
