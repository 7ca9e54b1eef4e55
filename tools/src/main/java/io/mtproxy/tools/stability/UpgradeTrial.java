package io.mtproxy.tools.stability;

import io.mtproxy.tools.stability.Succession.Hop;
import io.mtproxy.tools.stability.Throng.Slowest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Three upgrades in a row under clients of every kind, again and again with a fresh proxy: no connection refused, no session
 * dropped, no byte wrong, and the counters go on as if it were one process.
 */
final class UpgradeTrial implements Trial {
    private static final int HOPS = 3;

    private final Stability.Starter starter;

    /** What clients noticed of one upgrade. */
    private record Seen(Hop hop, Slowest slowest) {}

    /**
     * What came of one proxy and its three successors.
     *
     * @param before what clients see without an upgrade
     * @param uncounted connections that the counters do not know of, or know of too many
     */
    private record Run(List<Seen> seen, Slowest before, List<Throng.Failure> failures, List<String> complaints,
            long uncounted, long turns) {}

    UpgradeTrial(Stability.Starter starter) {
        this.starter = starter;
    }

    @Override
    public String name() {
        return "upgrades";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        int wanted = stage.plan().upgrades().runs();
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            runs.add(once(stage.hidden()));
        }
        List<Guard> guards = new ArrayList<>();
        guards.add(Guard.exactly("upgrades", sum(runs, run -> run.seen.size()), (long) wanted * HOPS));
        guards.add(none("connections refused", texts(runs, Throng.Kind.REFUSED)));
        guards.add(none("sessions dropped", texts(runs, Throng.Kind.DROPPED)));
        guards.add(none("wrong bytes", texts(runs, Throng.Kind.WRONG)));
        guards.add(Guard.atLeast("answers, streams and visits", sum(runs, Run::turns), (long) wanted * HOPS));
        guards.add(none("counters that fell", runs.stream().flatMap(run -> run.complaints.stream()).toList()));
        guards.add(Guard.exactly("connections not counted", sum(runs, run -> Math.abs(run.uncounted)), 0));
        for (int i = 0; i < runs.size(); i++) {
            guards.addAll(times("run " + (i + 1) + ": ", runs.get(i), stage.plan().upgrades()));
        }
        return guards;
    }

    private static List<String> texts(List<Run> runs, Throng.Kind kind) {
        return runs.stream().flatMap(run -> run.failures.stream()).filter(failure -> failure.kind() == kind)
                .map(Throng.Failure::text).toList();
    }

    /** The rule names the first one. */
    private static Guard none(String name, List<String> texts) {
        Guard guard = Guard.exactly(name, texts.size(), 0);
        return texts.isEmpty() ? guard : new Guard(name, guard.measured(), "= 0; " + texts.getFirst(), false);
    }

    private static long sum(List<Run> runs, ToLongFunction<Run> value) {
        return runs.stream().mapToLong(value).sum();
    }

    private static List<Guard> times(String run, Run result, StabilityPlan.Upgrades plan) {
        return List.of(
                worst(run + "frozen, ms", result, seen -> seen.hop.frozenMillis(), plan.frozenMillis()),
                worst(run + "slowest request, ms", result, seen -> seen.slowest.request(), plan.slowestMillis()),
                worst(run + "slowest visit, ms", result, seen -> seen.slowest.visit(), plan.slowestMillis()),
                Guard.told(run + "slowest request without, ms", (double) result.before.request()));
    }

    /** The rule names the value of each upgrade. */
    private static Guard worst(String name, Run run, ToLongFunction<Seen> value, long limit) {
        long worst = run.seen.stream().mapToLong(value).max().orElse(Long.MAX_VALUE);
        String each = run.seen.stream().map(seen -> String.valueOf(value.applyAsLong(seen)))
                .collect(Collectors.joining(", "));
        return new Guard(name, worst, "<= " + limit + " of " + each, worst <= limit);
    }

    private Run once(boolean hidden) throws IOException, InterruptedException {
        Stage own = starter.start(hidden);
        try (Succession succession = own.succession()) {
            own.awaitNoClients();
            Run run = underLoad(own, succession, accepted(own));
            if (run.failures.isEmpty()) {
                own.awaitNoClients();
            }
            succession.stop();
            return run;
        }
    }

    private static Run underLoad(Stage stage, Succession succession, long counted) throws IOException {
        List<Seen> seen = new ArrayList<>();
        Throng throng = new Throng(stage.target());
        CounterWatch watch = new CounterWatch(stage.proxy());
        Slowest before;
        try (throng; watch) {
            throng.awaitRound();
            throng.slowest(); // code was compiled
            throng.awaitRound();
            before = throng.slowest();
            for (int i = 0; i < HOPS && throng.failures().isEmpty(); i++) {
                Hop hop = succession.upgrade();
                throng.awaitRound();
                watch.awaitReading();
                seen.add(new Seen(hop, throng.slowest()));
            }
        }
        // when something was lost the process may be gone, and what it counted is of no interest
        long uncounted = throng.failures().isEmpty() ? throng.connections() - (accepted(stage) - counted) : 0;
        return new Run(seen, before, throng.failures(), watch.complaints(), uncounted, throng.turns());
    }

    private static long accepted(Stage stage) throws IOException {
        return stage.stats().number("ingress_accepted_connections");
    }
}
