package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadWork;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Much goes to Telegram at once, so that the proxy opens further links; when the clients have gone, it closes those beyond
 * {@code min_connections}, and not one more.
 */
final class IdleTrial implements Trial {
    /** For {@code MTPROXY_OUTBOUND_IDLE_TIMEOUT_MS}: long enough to see the links, short enough to wait for. */
    static final int IDLE_MILLIS = 5000;

    /** Of the backend config's default. */
    private static final int KEPT = 4;
    private static final int CLIENTS = 48;
    private static final long BYTES = 8 << 20;
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int ROUNDS = 10;

    @Override
    public String name() {
        return "idle links";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        stage.await("links are as few as without clients", () -> links(stage) == KEPT);
        long evicted = stage.stats().number("outbound_idle_evictions");
        long failed = 0;
        long most = 0;
        // whether links fill depends on how fast their other end is today
        for (int round = 0; round < ROUNDS && most <= KEPT; round++) {
            LoadRun run = LoadRun.start(new LoadPlan(stage.target(), LoadWork.streams(LoadMode.UP, BYTES), CLIENTS));
            while (!run.done(LOOK)) {
                most = Math.max(most, links(stage));
            }
            failed += run.report().failed();
        }
        stage.awaitNoClients();
        stage.await("idle links are closed", () -> links(stage) <= KEPT);
        long gone = stage.stats().number("outbound_idle_evictions") - evicted;
        return List.of(Guard.exactly("clients that failed", failed, 0),
                Guard.atLeast("links at the most", most, KEPT + 1),
                Guard.atLeast("links closed for want of clients", gone, most - KEPT),
                Guard.exactly("links left", links(stage), KEPT));
    }

    private static long links(Stage stage) throws IOException {
        return stage.stats().number("outbound_active_conns");
    }
}
