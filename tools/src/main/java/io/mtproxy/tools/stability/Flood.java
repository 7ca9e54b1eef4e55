package io.mtproxy.tools.stability;

import io.mtproxy.tools.acceptance.Summary;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.stability.StabilityReport.Result;
import io.mtproxy.tools.tls.FakeTls;
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
public record Flood(long hellos, int atOnce) {

    /** What the site is called: a name of this machine. */
    private static final String DOMAIN = "localhost";
    /** Of the hellos: until then code is compiled and pools fill. */
    private static final int WARM = 20;
    private static final double MIB = 1 << 20;
    private static final double HEAP_GROWTH = 8;
    private static final double RESIDENT_GROWTH = 32;
    private static final long MOST_FAILURES = 1000;

    /** Checks the bounds. */
    public Flood {
        if (hellos < WARM || atOnce < 1) {
            throw new IllegalArgumentException("hellos: " + hellos + ", at once: " + atOnce + " (expected: at least "
                    + WARM + ", and 1)");
        }
    }

    /**
     * Starts the site and the proxy, and does it.
     *
     * @param options of a proxy with this one secret; what hides it is added
     * @param telegram that the options lead to
     * @param secret 16 bytes
     * @param progress told now and then how many strangers were answered
     */
    public StabilityReport run(ProxyOptions options, SimulatedTelegram telegram, byte[] secret,
            LongConsumer progress) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (LoopbackSite site = RefusingSite.start();
                ProxyProcess proxy = ProxyProcess.start(options.behind(DOMAIN, site.address().getPort()))) {
            Stage stage = new Stage(proxy, telegram, secret, List.of(FakeTls.of(DOMAIN)), StabilityPlan.brief());
            stage.awaitServing();
            List<Guard> guards = flood(stage, progress);
            return new StabilityReport(
                    List.of(new Result("flood of hellos", Duration.ofNanos(System.nanoTime() - start), guards, "")));
        }
    }

    private List<Guard> flood(Stage stage, LongConsumer progress) throws IOException, InterruptedException {
        latencies(stage, start(stage, hellos / WARM), done -> {});
        stage.awaitNoClients();
        double quiet = stage.latency();
        long heap = Vitals.liveHeap(stage.proxy());
        long resident = stage.vitals().residentBytes();
        long foreign = foreign(stage);
        long start = System.nanoTime();
        HelloFlood flood = start(stage, hellos);
        double during = Summary.median(latencies(stage, flood, progress));
        double seconds = (System.nanoTime() - start) / 1e9;
        stage.awaitNoClients();
        return List.of(
                Guard.exactly("hellos answered as by the site", flood.answered(), hellos),
                Guard.exactly("hellos that the proxy counted as foreign", foreign(stage) - foreign, hellos),
                Guard.told("hellos per second", hellos / seconds),
                Guard.told("live heap before, MiB", heap / MIB),
                Guard.atMost("growth of the live heap, MiB", (Vitals.liveHeap(stage.proxy()) - heap) / MIB,
                        HEAP_GROWTH),
                Guard.told("resident memory before, MiB", resident / MIB),
                Guard.atMost("growth of resident memory, MiB", (stage.vitals().residentBytes() - resident) / MIB,
                        RESIDENT_GROWTH),
                Guard.told("99th percentile of real clients before, ms", quiet),
                Guard.told("99th percentile of real clients during it, ms", during),
                Guard.exactly("connections left", stage.connections(), 0));
    }

    private HelloFlood start(Stage stage, long count) {
        return HelloFlood.start(stage.proxy().address(), DOMAIN, RefusingSite.answer(), count, atOnce);
    }

    /** What real clients see until the strangers are gone: a value for each load; one at least. */
    private static List<Double> latencies(Stage stage, HelloFlood flood, LongConsumer progress)
            throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        while (!flood.done() || millis.isEmpty()) {
            millis.add(stage.latencyOnce());
            progress.accept(flood.answered());
            if (flood.failed() > MOST_FAILURES) {
                flood.stop();
                throw new IllegalStateException(flood.failed() + " strangers were not answered as by the site");
            }
        }
        return millis;
    }

    private static long foreign(Stage stage) throws IOException {
        return stage.stats().number("ingress_tls_foreign");
    }
}
