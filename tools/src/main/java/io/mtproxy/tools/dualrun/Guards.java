package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the candidate owes, judged on what was measured; nothing is judged that was not asked for. */
final class Guards {

    /** Counts the parts of a run that could not be brought to their end. */
    static final String BROKEN_OFF = "broken-off";

    private static final double PERCENTILE_FACTOR = 1.25;
    private static final int PERCENTILE_MILLIS = 5;
    private static final double STOP_FACTOR = 2;
    private static final int IDLE_STOP_MILLIS = 200;
    private static final int BUSY_STOP_MILLIS = 250;

    private final Measurements measured;
    private final List<Guard> guards = new ArrayList<>();

    private Guards(Measurements measured) {
        this.measured = measured;
    }

    static List<Guard> of(Measurements measured) {
        Guards guards = new Guards(measured);
        guards.zero(BROKEN_OFF, "no part of the run ends early: the program starts, serves and does not end by itself");
        for (String name : List.of("warmup.success", "canary.success", "load.success", "faketls.success",
                "stats.success")) {
            guards.rate(name);
        }
        for (String name : List.of("canary.tcp", "canary.connect", "load.tcp", "load.connect", "faketls.connect",
                "stats.idle", "stats.load")) {
            guards.percentile(name + ".p95", name, Summary::p95);
            guards.percentile(name + ".p99", name, Summary::p99);
        }
        guards.stop("control.stop", IDLE_STOP_MILLIS);
        guards.stop("load.stop", BUSY_STOP_MILLIS);
        guards.zero("control.exit", "exit code after SIGTERM is 0, in every round");
        guards.zero("load.exit", "exit code after SIGTERM under traffic is 0, in every round");
        guards.zero("mirror.differences", "the same bytes arrive at Telegram and at the client");
        return guards.guards;
    }

    private void rate(String name) {
        if (measured.has(name)) {
            guards.add(Guard.rate(name, name, measured.rate(name, Role.REFERENCE),
                    measured.rate(name, Role.CANDIDATE)));
        }
    }

    private void percentile(String id, String name, ToDoubleFunction<Summary> pick) {
        if (measured.has(name)) {
            guards.add(Guard.time(id, "median of the rounds' " + id, measured.median(name, Role.REFERENCE, pick),
                    measured.median(name, Role.CANDIDATE, pick), PERCENTILE_FACTOR, PERCENTILE_MILLIS));
        }
    }

    /** The slowest stop of the candidate against the median of the reference: no round may exceed it. */
    private void stop(String name, int plus) {
        if (measured.has(name)) {
            guards.add(Guard.time(name, "slowest of the rounds", measured.median(name, Role.REFERENCE),
                    measured.max(name, Role.CANDIDATE), STOP_FACTOR, plus));
        }
    }

    private void zero(String name, String rule) {
        if (measured.has(name)) {
            guards.add(Guard.atMost(name, rule, measured.max(name, Role.REFERENCE), measured.max(name, Role.CANDIDATE),
                    0));
        }
    }
}
