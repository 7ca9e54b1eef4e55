package io.mtproxy.tools.stability;

import io.mtproxy.tools.stability.Crowd.Kind;
import io.mtproxy.tools.tls.FakeTlsStreams;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A crowd of strangers holds connections: real clients hardly notice, no stranger gets a byte, each costs little memory, and
 * all are released: at the latest at the deadline, which the proxy draws for each from 30 to 90 s. Where the proxy hides, they
 * are passed on to the site, and the deadline is the site's; they have a minute at most to end as well.
 */
final class CrowdTrial implements Trial {
    private static final Duration DEADLINE = Duration.ofSeconds(95);
    private static final Duration DEADLINE_OF_SITE = PatientSite.PATIENCE.plusSeconds(65);
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
        int size = stage.hidden() ? plan.hiddenCrowd() : plan.crowd();
        double quiet = stage.latency();
        String arrivals = stage.hidden() ? "ingress_passed_on" : "ingress_accepted_connections";
        long arrived = stage.stats().number(arrivals);
        long resident = stage.vitals().residentBytes();
        List<Guard> guards = new ArrayList<>();
        try (Crowd crowd = Crowd.gather(kind, opening(stage), size, stage.proxy().address())) {
            stage.await("the crowd is there", () -> stage.stats().number(arrivals) - arrived >= size);
            long held = stage.connections();
            long bytes = stage.vitals().residentBytes() - resident;
            crowd.drip();
            double crowded = stage.latency();
            guards.add(Guard.atLeast("connections held", held, Math.min(size, KEPT)));
            guards.add(Guard.atMost("resident bytes for each held", Math.max(0, bytes) / Math.max(1, held),
                    MAX_BYTES_EACH + ((long) plan.crowdSlack() << 20) / size));
            guards.add(Guard.atMost("99th percentile of real clients, ms", crowded,
                    Math.max(plan.latencyFloorMillis(), plan.latencyFactor() * quiet)));
            crowd.drip();
            if (plan.waitForDeadline()) {
                stage.awaitNoClients(stage.hidden() ? DEADLINE_OF_SITE : DEADLINE);
            }
            guards.add(Guard.exactly("strangers that were sent a byte", crowd.answered(), 0));
        }
        stage.awaitNoClients();
        guards.add(Guard.exactly("connections left", stage.connections(), 0));
        return guards;
    }

    /** What a client of that proxy says first, made with another secret. */
    private static byte[] opening(Stage stage) {
        byte[] otherSecret = stage.secret().clone();
        otherSecret[0] ^= 1;
        return stage.hidden()
                ? FakeTlsStreams.hello(stage.tls().getFirst(), otherSecret)
                : ObfuscatedHeader.create(Transport.PADDED, 2, otherSecret, new SplittableRandom()).bytes();
    }
}
