package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Guard;
import java.util.ArrayList;
import java.util.List;

/** What a cutover and its rollback owe, against the restart of the reference in the same round. */
final class DrillGuards {

    private static final double STEP_FACTOR = 3;
    private static final int STEP_MILLIS = 500;
    private static final double BACK_FACTOR = 1.5;
    private static final int BACK_MILLIS = 500;

    private DrillGuards() {}

    static List<Guard> of(int round, Step baseline, Step step) {
        String name = "round-" + round + "." + step.kind().label();
        List<Guard> guards = new ArrayList<>();
        guards.add(Guard.time(name + ".stop", "stop of this step", baseline.stop(), step.stop(), STEP_FACTOR,
                STEP_MILLIS));
        guards.add(Guard.time(name + ".start", "start of this step", baseline.start(), step.start(), STEP_FACTOR,
                STEP_MILLIS));
        guards.add(Guard.time(name + ".back", "all clients are back", baseline.back(), step.heard(), BACK_FACTOR,
                BACK_MILLIS));
        guards.add(Guard.atMost(name + ".exit", "exit code after SIGTERM is 0", baseline.exitCode(), step.exitCode(),
                0));
        requests(name, baseline, step, guards);
        guards.add(Guard.atMost(name + ".stats", "questions for /stats without an answer",
                baseline.statsAsked() - baseline.statsAnswered(), step.statsAsked() - step.statsAnswered(), 0));
        return guards;
    }

    private static void requests(String name, Step baseline, Step step, List<Guard> guards) {
        guards.add(Guard.atMost(name + ".before", "requests begun before the stop signal that failed",
                (double) Request.failed(baseline.before()), (double) Request.failed(step.before()), 0));
        guards.add(Guard.atMost(name + ".after", "requests begun after the new main loop that failed",
                (double) Request.failed(baseline.after()), (double) Request.failed(step.after()), 0));
        if (step.before().isEmpty() || step.after().isEmpty()) {
            guards.add(Guard.atMost(name + ".asked", "requests before and after (expected: some)", 0, Double.NaN, 0));
        }
    }
}
