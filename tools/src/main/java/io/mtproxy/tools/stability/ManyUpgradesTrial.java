package io.mtproxy.tools.stability;

import io.mtproxy.tools.acceptance.Summary;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.stability.Succession.Hop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Very many upgrades in a row, with sessions that rest and a few clients that ask: after the last one the process is what it
 * was after the first one, by its descriptors, threads, memory, and what it inherits.
 */
final class ManyUpgradesTrial implements Trial {
    private static final double MIB = 1 << 20;
    /** The JVM's own helpers come and go. */
    private static final int THREADS_GROWTH = 4;
    private static final double HEAP_GROWTH = 4;
    private static final int ASKING = 4;
    private static final double REQUESTS_PER_SECOND = 40;
    private static final int REQUEST = 500;
    private static final int EDGE = 5;
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final Set<String> INHERITED = Set.of("SigBlk", "SigIgn", "SigCgt", "Uid", "Gid", "Groups",
            "Seccomp", "NoNewPrivs");

    private final Stability.Starter starter;

    /** The process after an upgrade, when only the resting sessions are there. */
    private record Look(long descriptors, long threads, long residentBytes, long ownBytes, Set<String> inherited) {}

    /** Each after each upgrade. */
    private record Course(List<Hop> hops, List<Look> looks, long failures, long firstHeap, long lastHeap) {
        double growth() {
            List<Slope.Sample> samples = new ArrayList<>();
            for (int i = 0; i < looks.size(); i++) {
                samples.add(new Slope.Sample(i, looks.get(i).residentBytes));
            }
            return Slope.of(samples).growth();
        }

        double median(List<Look> some) {
            return Summary.median(some.stream().map(look -> (double) look.residentBytes).toList());
        }
    }

    ManyUpgradesTrial(Stability.Starter starter) {
        this.starter = starter;
    }

    @Override
    public String name() {
        return "many upgrades";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        StabilityPlan.Upgrades plan = stage.plan().upgrades();
        List<LoadExchange> resting = new ArrayList<>();
        Stage own = starter.start(stage.hidden());
        try (Succession succession = own.succession()) {
            SplittableRandom random = new SplittableRandom();
            try {
                for (int i = 0; i < plan.resting(); i++) {
                    LoadExchange exchange = new LoadExchange(own.target().client(i), random);
                    resting.add(exchange);
                    exchange.echo(REQUEST, false);
                }
                Course course = course(own, succession, resting, plan.inARow());
                List<Guard> guards = new ArrayList<>(judge(course, plan));
                guards.add(Guard.exactly("old processes that live", succession.survivors(), 0));
                guards.add(Guard.exactly("control sockets", succession.controlSockets(), 1));
                return guards;
            } finally {
                for (LoadExchange exchange : resting) {
                    exchange.close();
                }
                succession.stop();
            }
        }
    }

    private static Course course(Stage stage, Succession succession, List<LoadExchange> resting, int inARow)
            throws IOException, InterruptedException {
        List<Hop> hops = new ArrayList<>();
        List<Look> looks = new ArrayList<>();
        long failures = 0;
        long firstHeap = 0;
        for (int i = 0; i < inARow; i++) {
            PacedClients asking = PacedClients.start(stage.target(), ASKING, REQUESTS_PER_SECOND);
            hops.add(succession.upgrade());
            failures += ask(resting);
            failures += asking.stop().failures();
            looks.add(
                    look(stage, succession, resting.size(),
                            looks.isEmpty() ? Long.MAX_VALUE : looks.getFirst().descriptors));
            firstHeap = i == 0 ? Vitals.liveHeap(succession.newest()) : firstHeap;
        }
        return new Course(hops, looks, failures, firstHeap, Vitals.liveHeap(succession.newest()));
    }

    /** How many of them are no more what they were. */
    private static long ask(List<LoadExchange> resting) {
        long failures = 0;
        for (LoadExchange exchange : resting) {
            try {
                exchange.echo(REQUEST, false);
            } catch (IOException e) {
                failures++;
            }
        }
        return failures;
    }

    /** @param expected descriptors, if all goes well: sockets are gone a moment after their counters */
    private static Look look(Stage stage, Succession succession, int resting, long expected) throws IOException {
        stage.await("only those who rest are there", () -> stage.connections() == resting);
        try {
            Await.until("descriptors are as few as before", SETTLED, () -> descriptors(stage, succession) <= expected);
        } catch (IllegalStateException e) {
            // as many as there are
        }
        long pid = succession.newest();
        Vitals vitals = Vitals.of(pid);
        List<String> memory = Files.readAllLines(proc(pid, "smaps_rollup"));
        return new Look(descriptors(stage, succession), vitals.threads(), vitals.residentBytes(),
                Vitals.number(memory, "Pss") << 10, inherited(pid));
    }

    private static long descriptors(Stage stage, Succession succession) throws IOException {
        return Vitals.of(succession.newest()).descriptors()
                - stage.telegram().statistics().linksNow();
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", String.valueOf(pid), file);
    }

    /** What a process has from the one that started it. */
    private static Set<String> inherited(long pid) throws IOException {
        Set<String> all = new TreeSet<>();
        for (String file : List.of("environ", "cmdline")) {
            String text = Files.readString(proc(pid, file), StandardCharsets.ISO_8859_1);
            all.addAll(List.of(text.split("\0")));
        }
        all.addAll(Files.readAllLines(proc(pid, "limits")));
        all.add("oom " + Files.readString(proc(pid, "oom_score_adj")));
        Files.readAllLines(proc(pid, "status")).stream()
                .filter(line -> INHERITED.contains(line.replaceFirst(":.*", ""))).forEach(all::add);
        return all;
    }

    private static List<Guard> judge(Course course, StabilityPlan.Upgrades plan) {
        List<Look> looks = course.looks;
        Look first = looks.getFirst();
        Look last = looks.getLast();
        int edge = Math.min(EDGE, looks.size());
        long most = looks.stream().mapToLong(Look::threads).max().orElse(Long.MAX_VALUE);
        long frozen = course.hops.stream().mapToLong(Hop::frozenMillis).max().orElse(Long.MAX_VALUE);
        List<Guard> guards = new ArrayList<>();
        guards.add(Guard.exactly("upgrades", looks.size(), plan.inARow()));
        guards.add(Guard.exactly("sessions dropped, wrong bytes", course.failures, 0));
        guards.add(Guard.exactly("descriptors after the last one", last.descriptors, first.descriptors));
        guards.add(Guard.atMost("descriptors, most after any",
                looks.stream().mapToLong(Look::descriptors).max().orElse(Long.MAX_VALUE), first.descriptors));
        guards.add(Guard.told("threads after the first one", (double) first.threads));
        guards.add(Guard.atMost("threads after the last one", last.threads, first.threads + THREADS_GROWTH));
        guards.add(Guard.told("threads, most after any", (double) most));
        guards.add(Guard.told("resident memory after the first, MiB", first.residentBytes / MIB));
        guards.add(Guard.told("resident memory after the last, MiB", last.residentBytes / MIB));
        guards.add(Guard.told("its own share of it after the first, MiB", first.ownBytes / MIB));
        guards.add(Guard.told("its own share of it after the last, MiB", last.ownBytes / MIB));
        guards.add(Guard.atMost("growth from first 5 to last 5, MiB", (course.median(looks.subList(looks.size() - edge,
                looks.size())) - course.median(looks.subList(0, edge))) / MIB, plan.residentGrowth()));
        guards.add(Guard.atMost("growth by its slope, MiB", course.growth() / MIB, plan.residentGrowth()));
        guards.add(Guard.told("live heap after the first, MiB", course.firstHeap / MIB));
        guards.add(Guard.atMost("growth of the live heap, MiB", (course.lastHeap - course.firstHeap) / MIB,
                HEAP_GROWTH));
        guards.add(Guard.that("inherits what the first one did", last.inherited.equals(first.inherited)));
        guards.add(Guard.told("frozen, ms, median", Summary.median(
                course.hops.stream().map(hop -> (double) hop.frozenMillis()).toList())));
        guards.add(Guard.atMost("frozen, ms, most", frozen, plan.frozenMillis()));
        return guards;
    }
}
