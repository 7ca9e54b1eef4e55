package io.mtproxy.tools.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a bench found, in forms for programs and for people. Filled by one thread. */
public final class BenchReport {

    private final Map<String, Object> environment;
    private final Map<Workload, Map<Role, List<Turn>>> turns = new LinkedHashMap<>();

    BenchReport(Map<String, Object> environment) {
        this.environment = environment;
    }

    void add(Workload workload, Role role, Turn turn) {
        turns.computeIfAbsent(workload, each -> new LinkedHashMap<>()).computeIfAbsent(role, each -> new ArrayList<>())
                .add(turn);
    }

    /** Did every connection succeed, of both programs? */
    public boolean clean() {
        return !turns.isEmpty() && turns.values().stream().flatMap(roles -> roles.values().stream())
                .allMatch(of -> Turn.median(of).failures() == 0);
    }

    /** One table: medians; with a reference, in the last column the candidate's processor time for each of its. */
    public List<String> lines() {
        Table table = new Table("workload", "program", "speed", "", "p50 us", "p99 us", "cost", "", "MiB", "failures",
                "ratio");
        turns.forEach((workload, roles) -> {
            Turn reference = median(roles.get(Role.REFERENCE));
            roles.forEach((role, of) -> row(table, workload, role, Turn.median(of), reference));
        });
        return table.lines();
    }

    private static void row(Table table, Workload workload, Role role, Turn turn, @Nullable Turn reference) {
        boolean timed = workload.unit() != Workload.Unit.STREAM;
        table.row(workload.label(), role.label(), turn.speed(), workload.unit().speed(), timed ? turn.p50() : "-",
                timed ? turn.p99() : "-", turn.cost(), workload.unit().cost(), turn.memory(), (long) turn.failures(),
                role == Role.REFERENCE ? "-" : ratio(turn, reference));
    }

    private static Object ratio(Turn turn, @Nullable Turn reference) {
        return reference == null || reference.cost() == 0 ? "-" : turn.cost() / reference.cost();
    }

    private static @Nullable Turn median(@Nullable List<Turn> of) {
        return of == null ? null : Turn.median(of);
    }

    /** For programs: every turn and the medians. */
    public String json() throws IOException {
        List<Map<String, Object>> workloads = new ArrayList<>();
        turns.forEach((workload, roles) -> roles.forEach((role, of) -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("workload", workload.name());
            map.put("clients", workload.clients());
            map.put("tls", workload.tls());
            map.put("program", role.label());
            map.put("median", Turn.median(of).asMap(workload.unit()));
            map.put("rounds", of.stream().map(turn -> turn.asMap(workload.unit())).toList());
            workloads.add(map);
        }));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("clean", clean());
        map.put("environment", environment);
        map.put("workloads", workloads);
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(map);
    }
}
