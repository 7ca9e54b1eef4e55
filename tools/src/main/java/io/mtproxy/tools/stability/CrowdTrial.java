package io.mtproxy.tools.stability;

import io.mtproxy.tools.stability.Crowd.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A crowd of strangers holds connections: real clients hardly notice, no stranger gets a byte, each costs little memory, and
 * all are released: at the latest at the deadline, which the proxy draws for each from 30 to 90 s.
 */
final class CrowdTrial implements Trial {
    private static final Duration DEADLINE = Duration.ofSeconds(95);
    private static final long MAX_BYTES_EACH = 16 << 10;
    /** So many connections without a good header the proxy keeps in any case; beyond them it closes the oldest. */
    private static final int KEPT = 4000;

    private final Kind kind;

    CrowdTrial(Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        StabilityPlan plan = stage.plan();
        double quiet = stage.latency();
        long accepted = stage.stats().number("ingress_accepted_connections");
        long resident = stage.vitals().residentBytes();
        List<Guard> guards = new ArrayList<>();
        try (Crowd crowd = Crowd.gather(kind, plan.crowd(), stage.proxy().address())) {
            stage.await("the crowd is there",
                    () -> stage.stats().number("ingress_accepted_connections") - accepted >= plan.crowd());
            long held = stage.connections();
            long bytes = stage.vitals().residentBytes() - resident;
            crowd.drip();
            double crowded = stage.latency();
            guards.add(Guard.atLeast("connections held", held, Math.min(plan.crowd(), KEPT)));
            guards.add(Guard.atMost("resident bytes for each held", Math.max(0, bytes) / Math.max(1, held),
                    MAX_BYTES_EACH));
            guards.add(Guard.atMost("99th percentile of real clients, ms", crowded,
                    Math.max(plan.latencyFloorMillis(), plan.latencyFactor() * quiet)));
            crowd.drip();
            if (plan.waitForDeadline()) {
                stage.awaitNoClients(DEADLINE);
            }
            guards.add(Guard.exactly("strangers that were sent a byte", crowd.answered(), 0));
        }
        stage.awaitNoClients();
        guards.add(Guard.exactly("connections left", stage.connections(), 0));
        return guards;
    }
}
