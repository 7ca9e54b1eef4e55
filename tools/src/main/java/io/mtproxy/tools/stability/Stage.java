package io.mtproxy.tools.stability;

import io.mtproxy.tools.acceptance.Summary;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A proxy that serves, its Telegram, and how to look at them. One thread.
 *
 * @param secret 16 bytes that the proxy takes
 * @param tls how clients hide in TLS, when the proxy hides behind a site; else empty
 */
public record Stage(ProxyProcess proxy, SimulatedTelegram telegram, byte[] secret, List<FakeTls> tls,
        StabilityPlan plan) {

    /** What is 0 when no client is there. */
    static final List<String> GAUGES = List.of("active_special_connections", "total_special_connections",
            "ext_connections", "dataplane_active_sessions", "ingress_active_connections", "ingress_passed_on_active");

    /** What has to happen soon happens within this time, also on a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Copies what can change. */
    public Stage {
        secret = secret.clone();
        tls = List.copyOf(tls);
    }

    /** Whether the proxy hides behind a site. */
    boolean hidden() {
        return !tls.isEmpty();
    }

    LoadTarget target() {
        LoadTarget open = LoadTarget.of(proxy.address(), secret);
        return hidden() ? open.transports(List.of(Transport.PADDED)).tls(tls) : open;
    }

    /** Waits until a client gets an answer. */
    public void awaitServing() {
        proxy.awaitServing(target());
    }

    /** Those who are to take over from its proxy, which was started with {@link Succession#controlled}. */
    Succession succession() {
        return new Succession(proxy, proxy.directory());
    }

    ProxyStats stats() throws IOException {
        return proxy.stats();
    }

    Vitals vitals() throws IOException {
        return Vitals.of(proxy);
    }

    /** Puts a load through and waits for its end. */
    LoadReport load(LoadWork work, int clients) throws InterruptedException {
        return LoadRun.start(new LoadPlan(target(), work, clients)).await();
    }

    /** Connections that clients have to the proxy now, as it counts them. */
    long connections() throws IOException {
        return stats().number("ingress_active_connections");
    }

    /** Waits until the proxy knows of no client. */
    void awaitNoClients(Duration limit) {
        for (String gauge : GAUGES) {
            Await.until(gauge + " is 0", limit, () -> stats().number(gauge) == 0);
        }
    }

    /** The same, soon. */
    void awaitNoClients() {
        awaitNoClients(SOON);
    }

    void await(String what, Await.Condition condition) {
        Await.until(what, SOON, condition);
    }

    /** Milliseconds that real clients wait for an answer: median of three {@link #latencyOnce}. */
    double latency() throws InterruptedException {
        return Summary.median(List.of(latencyOnce(), latencyOnce(), latencyOnce()));
    }

    /** The same of one load: 99th percentile of all. */
    double latencyOnce() throws InterruptedException {
        LoadReport report = load(LoadWork.echo(100, 64, 1024), 10);
        if (report.failed() > 0) {
            throw new IllegalStateException("real clients failed: " + report.rows());
        }
        return report.rows().stream().mapToLong(row -> row.requestMicros().p99()).max().orElse(0) / 1000.0;
    }
}
