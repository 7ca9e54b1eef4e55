package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.stability.StabilityReport.Result;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Strangers by the hundred thousand come with hellos that no secret fits, while clients who hide in TLS are served: all strangers
 * get what the site says, no client fails, and afterwards the proxy's memory is what it was. One thread.
 *
 * @param hellos in all
 * @param atOnce connections of strangers at a time
 */
public record FloodTrial(long hellos, int atOnce) {

    /** What the site is called: a name of this machine. */
    private static final String DOMAIN = "localhost";
    /** Of the hellos: until then code is compiled and pools fill. */
    private static final int WARM = 20;
    private static final int CLIENTS = 10;
    private static final double MIB = 1 << 20;
    private static final double HEAP_GROWTH = 8;
    private static final double RESIDENT_GROWTH = 32;
    private static final long MOST_FAILURES = 1000;
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Checks the bounds. */
    public FloodTrial {
        if (hellos < WARM || atOnce < 1) {
            throw new IllegalArgumentException("hellos: " + hellos + ", at once: " + atOnce + " (expected: at least "
                    + WARM + ", and 1)");
        }
    }

    /**
     * Starts the site and the proxy, and does it.
     *
     * @param options of a proxy with this one secret; what hides it is added
     * @param secret 16 bytes
     * @param progress told now and then how many strangers were answered
     */
    public StabilityReport run(ProxyOptions options, byte[] secret, LongConsumer progress)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (LoopbackSite site = RefusingSite.start();
                ProxyProcess proxy = ProxyProcess.start(options.behind(DOMAIN, site.address().getPort()))) {
            LoadTarget target = LoadTarget.of(proxy.address(), secret).transports(List.of(Transport.PADDED))
                    .tls(List.of(FakeTls.of(DOMAIN)));
            proxy.awaitServing(target);
            List<Guard> guards = flood(proxy, target, progress);
            return new StabilityReport(
                    List.of(new Result("flood of hellos", Duration.ofNanos(System.nanoTime() - start), guards, "")));
        }
    }

    private List<Guard> flood(ProxyProcess proxy, LoadTarget target, LongConsumer progress)
            throws IOException, InterruptedException {
        HelloFlood warmUp = start(proxy, hellos / WARM);
        latencies(target, warmUp, done -> {});
        awaitNobody(proxy);
        double quiet = middle(List.of(latency(target), latency(target), latency(target)));
        long heap = Vitals.liveHeap(proxy);
        long resident = Vitals.of(proxy).residentBytes();
        long foreign = foreign(proxy);
        long start = System.nanoTime();
        HelloFlood flood = start(proxy, hellos);
        double during = middle(latencies(target, flood, progress));
        double seconds = (System.nanoTime() - start) / 1e9;
        awaitNobody(proxy);
        return List.of(
                Guard.exactly("hellos answered as by the site", flood.answered(), hellos),
                Guard.exactly("hellos that the proxy counted as foreign", foreign(proxy) - foreign, hellos),
                told("hellos per second", hellos / seconds),
                told("live heap before, MiB", heap / MIB),
                Guard.atMost("growth of the live heap, MiB", (Vitals.liveHeap(proxy) - heap) / MIB, HEAP_GROWTH),
                told("resident memory before, MiB", resident / MIB),
                Guard.atMost("growth of resident memory, MiB", (Vitals.of(proxy).residentBytes() - resident) / MIB,
                        RESIDENT_GROWTH),
                told("99th percentile of real clients before, ms", quiet),
                told("99th percentile of real clients during it, ms", during),
                Guard.exactly("connections left", connections(proxy), 0));
    }

    private HelloFlood start(ProxyProcess proxy, long count) {
        return HelloFlood.start(proxy.address(), DOMAIN, RefusingSite.answer(), count, atOnce);
    }

    /** What real clients see until the strangers are gone: a value for each load; one at least. */
    private static List<Double> latencies(LoadTarget target, HelloFlood flood, LongConsumer progress)
            throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        while (!flood.done() || millis.isEmpty()) {
            millis.add(latency(target));
            progress.accept(flood.answered());
            if (flood.failed() > MOST_FAILURES) {
                flood.stop();
                throw new IllegalStateException(flood.failed() + " strangers were not answered as by the site");
            }
        }
        return millis;
    }

    /** Milliseconds that real clients wait for an answer: 99th percentile of one load. */
    private static double latency(LoadTarget target) throws InterruptedException {
        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.echo(100, 64, 1024), CLIENTS)).await();
        if (report.failed() > 0) {
            throw new IllegalStateException("real clients failed: " + report.rows());
        }
        return report.rows().stream().mapToLong(row -> row.requestMicros().p99()).max().orElse(0) / 1000.0;
    }

    private static double middle(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void awaitNobody(ProxyProcess proxy) {
        Await.until("the proxy knows of no client", SOON, () -> connections(proxy) == 0);
    }

    private static long connections(ProxyProcess proxy) throws IOException {
        return proxy.stats().number("ingress_active_connections");
    }

    private static long foreign(ProxyProcess proxy) throws IOException {
        return proxy.stats().number("ingress_tls_foreign");
    }

    /** Stands in the report and cannot fail. */
    private static Guard told(String name, double value) {
        return new Guard(name, value, "told", true);
    }
}
