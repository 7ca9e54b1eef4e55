package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.acceptance.Summary;
import io.mtproxy.tools.acceptance.Table;
import io.mtproxy.tools.acceptance.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Everything measured, by name, program and round. One thread. */
final class Measurements {

    /** A list per round for each program. */
    private static final class Rounds<T> {
        private final Map<Role, List<T>> values = new EnumMap<>(Role.class);

        void add(Role role, T value) {
            of(role).add(value);
        }

        List<T> of(Role role) {
            return values.computeIfAbsent(role, key -> new ArrayList<>());
        }
    }

    private final Map<String, Rounds<Samples>> samples = new LinkedHashMap<>();
    private final Map<String, Rounds<Tally>> tallies = new LinkedHashMap<>();
    private final Map<String, Rounds<Double>> values = new LinkedHashMap<>();

    /** Times in milliseconds of one round. */
    void add(String name, Role role, Samples round) {
        samples.computeIfAbsent(name, key -> new Rounds<>()).add(role, round);
    }

    /** Attempts of one round. */
    void add(String name, Role role, Tally round) {
        tallies.computeIfAbsent(name, key -> new Rounds<>()).add(role, round);
    }

    /** One value of one round. */
    void add(String name, Role role, double value) {
        values.computeIfAbsent(name, key -> new Rounds<>()).add(role, value);
    }

    /** Was there anything of this name, of both programs? */
    boolean has(String name) {
        return has(samples.get(name)) || has(tallies.get(name)) || has(values.get(name));
    }

    private static boolean has(@org.jspecify.annotations.Nullable Rounds<?> rounds) {
        return rounds != null && !rounds.of(Role.REFERENCE).isEmpty() && !rounds.of(Role.CANDIDATE).isEmpty();
    }

    /** The median over the rounds of what is picked from each. Not a number where a round has no sample. */
    double median(String name, Role role, ToDoubleFunction<Summary> pick) {
        List<Summary> rounds = rounds(samples, name).of(role).stream().map(Samples::summary).toList();
        return rounds.stream().anyMatch(summary -> summary.count() == 0)
                ? Double.NaN
                : Summary.median(rounds.stream().map(pick::applyAsDouble).toList());
    }

    /** The median of values. */
    double median(String name, Role role) {
        return Summary.median(rounds(values, name).of(role));
    }

    /** The largest of values. */
    double max(String name, Role role) {
        return rounds(values, name).of(role).stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** Successes among all attempts of all rounds. */
    double rate(String name, Role role) {
        return total(name, role).rate();
    }

    private Tally total(String name, Role role) {
        Tally total = new Tally();
        rounds(tallies, name).of(role).forEach(total::addAll);
        return total;
    }

    private static <T> Rounds<T> rounds(Map<String, Rounds<T>> all, String name) {
        Rounds<T> rounds = all.get(name);
        if (rounds == null) {
            throw new IllegalArgumentException("nothing was measured of " + name);
        }
        return rounds;
    }

    private static Samples total(List<Samples> rounds) {
        Samples total = new Samples();
        rounds.forEach(total::addAll);
        return total;
    }

    /** For a report. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        values.forEach((name, rounds) -> map.put(name,
                byRole(rounds, list -> list.stream().map(Summary::rounded).toList())));
        samples.forEach((name, rounds) -> map.put(name, byRole(rounds, Measurements::summaries)));
        tallies.forEach((name, rounds) -> map.put(name,
                byRole(rounds, list -> list.stream().map(Tally::asMap).toList())));
        return map;
    }

    private static Map<String, Object> summaries(List<Samples> rounds) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("all", total(rounds).summary().asMap());
        map.put("rounds", rounds.stream().map(Samples::summary).map(Summary::asMap).toList());
        return map;
    }

    private static <T> Map<String, Object> byRole(Rounds<T> rounds,
            java.util.function.Function<List<T>, Object> form) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            map.put(role.label(), form.apply(rounds.of(role)));
        }
        return map;
    }

    /** The same in tables: reference and candidate side by side. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!samples.isEmpty()) {
            Table times = new Table("ms, all rounds", "samples", "p50", "p95", "p99", "max", "candidate", "p50", "p95",
                    "p99", "max");
            samples.forEach((name, rounds) -> {
                Summary reference = total(rounds.of(Role.REFERENCE)).summary();
                Summary candidate = total(rounds.of(Role.CANDIDATE)).summary();
                times.row(name, reference.count(), reference.p50(), reference.p95(), reference.p99(), reference.max(),
                        candidate.count(), candidate.p50(), candidate.p95(), candidate.p99(), candidate.max());
            });
            lines.addAll(times.lines());
            lines.add("");
        }
        Table single = new Table("median of the rounds", "reference", "candidate");
        values.forEach((name, rounds) -> single.row(name, each(rounds, Role.REFERENCE), each(rounds, Role.CANDIDATE)));
        lines.addAll(single.lines());
        lines.add("");
        Table attempts = new Table("attempts", "reference", "failed", "candidate", "failed");
        tallies.forEach((name, rounds) -> attempts.row(name, total(name, Role.REFERENCE).attempts(),
                total(name, Role.REFERENCE).failed(), total(name, Role.CANDIDATE).attempts(),
                total(name, Role.CANDIDATE).failed()));
        lines.addAll(attempts.lines());
        tallies.keySet().forEach(name -> {
            for (Role role : Role.values()) {
                total(name, role).failures()
                        .forEach((why, times) -> lines
                                .add("  " + role.label() + " " + name + ": " + times + " x " + why));
            }
        });
        return lines;
    }

    private static Object each(Rounds<Double> rounds, Role role) {
        List<Double> list = rounds.of(role);
        return list.isEmpty() ? "-" : (Object) Summary.median(list);
    }
}
