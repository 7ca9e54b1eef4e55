package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadWork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Half the load that the proxy takes, with clients that come and go, for long: not a wrong byte, and at the end the process
 * is what it was, by its descriptors, threads, heap and resident memory.
 */
final class SoakTrial implements Trial {
    /** Of the samples: until then code is compiled and pools fill. */
    private static final double WARM = 1.0 / 3;
    private static final double MIB = 1 << 20;
    private static final double HEAP_GROWTH = 8;
    /** The JVM's own helpers come and go. */
    private static final int THREADS_GROWTH = 4;
    private static final Duration SAMPLING = Duration.ofMillis(500);
    private static final long STREAM = 2 << 20;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        int clients = stage.plan().soakClients();
        LoadReport full = stage.load(LoadWork.echo(200, 64, 4096), clients);
        stage.awaitNoClients();
        double perSecond = full.rows().stream().mapToLong(LoadReport.Row::requests).sum()
                / Math.max(0.001, full.elapsed().toMillis() / 1000.0);
        long heap = Vitals.liveHeap(stage.proxy());
        long descriptors = descriptors(stage);
        long threads = stage.vitals().threads();

        PacedClients paced = PacedClients.start(stage.target(), clients, perSecond / 2);
        List<Slope.Sample> samples = sample(stage, paced);
        PacedClients.Result result = paced.stop();
        stage.awaitNoClients();

        List<Guard> guards = new ArrayList<>();
        guards.add(Guard.exactly("failures before it", full.failed(), 0));
        guards.add(Guard.exactly("failures and wrong bytes", result.failures(), 0));
        guards.add(Guard.atLeast("requests answered", result.requests(), clients));
        guards.add(Guard.atLeast("connections made", result.connections(), clients));
        Slope slope = Slope.of(samples.subList((int) (samples.size() * WARM), samples.size()));
        guards.add(Guard.atMost("growth of resident memory, MiB", slope.growth() / MIB,
                stage.plan().residentGrowth()));
        guards.add(told("slope of resident memory, MiB/h", slope.perHour() / MIB));
        guards.add(told("requests per second", 1e9 * result.requests() / stage.plan().soak().toNanos()));
        guards.add(Guard.atMost("growth of the live heap, MiB",
                (Vitals.liveHeap(stage.proxy()) - heap) / MIB, HEAP_GROWTH));
        guards.add(
                Guard.atMost("descriptors, those of links apart", awaitDescriptors(stage, descriptors), descriptors));
        guards.add(Guard.atMost("threads", stage.vitals().threads(), threads + THREADS_GROWTH));
        return guards;
    }

    /** Stands in the report and cannot fail; that the memory is flat is said by its growth. */
    private static Guard told(String name, double value) {
        return new Guard(name, value, "told", true);
    }

    private static List<Slope.Sample> sample(Stage stage, PacedClients paced) throws IOException, InterruptedException {
        List<Slope.Sample> samples = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + stage.plan().soak().toNanos();
        long nextStream = start;
        for (long now = start; now < end; now = System.nanoTime()) {
            samples.add(new Slope.Sample((now - start) / 1e9, stage.vitals().residentBytes()));
            if (now >= nextStream) {
                nextStream = now + Duration.ofSeconds(5).toNanos();
                paced.count(stage.load(LoadWork.streams(LoadMode.BOTH, STREAM), 2));
            }
            Thread.sleep(SAMPLING);
        }
        return samples;
    }

    private static long descriptors(Stage stage) throws IOException {
        return stage.vitals().descriptors() - stage.telegram().statistics().linksNow();
    }

    /** Sockets are gone a moment after their counters. */
    private static long awaitDescriptors(Stage stage, long expected) throws IOException, InterruptedException {
        long now = descriptors(stage);
        for (int i = 0; i < 20 && now > expected; i++) {
            Thread.sleep(SAMPLING);
            now = descriptors(stage);
        }
        return now;
    }
}
