package io.mtproxy.tools.dualrun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.acceptance.Tally;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardsTest {

    private final Measurements measured = new Measurements();

    private static Samples samples(double value) {
        Samples samples = new Samples();
        for (int i = 0; i < 100; i++) {
            samples.add(value);
        }
        return samples;
    }

    private List<String> failing() {
        return Guards.of(measured).stream().filter(guard -> !guard.holds()).map(Guard::id).toList();
    }

    @Test
    void theMedianOfTheRoundsIsJudged() {
        for (double round : new double[] {4, 40, 5}) {
            measured.add("stats.idle", Role.REFERENCE, samples(round));
        }
        for (double round : new double[] {11.25, 200, 1}) {
            measured.add("stats.idle", Role.CANDIDATE, samples(round));
        }

        assertThat(Guards.of(measured)).extracting(Guard::id).containsExactly("stats.idle.p95", "stats.idle.p99");
        assertThat(failing()).isEmpty();

        measured.add("stats.idle", Role.CANDIDATE, samples(200));
        measured.add("stats.idle", Role.CANDIDATE, samples(200));
        assertThat(failing()).containsExactly("stats.idle.p95", "stats.idle.p99");
    }

    @Test
    void aRoundWithoutAnAnswerIsNoGoodRound() {
        for (int i = 0; i < 3; i++) {
            measured.add("load.connect", Role.REFERENCE, samples(1));
            measured.add("load.connect", Role.CANDIDATE, i == 0 ? new Samples() : samples(1));
        }

        assertThat(failing()).containsExactly("load.connect.p95", "load.connect.p99");
    }

    @Test
    void theSlowestStopIsJudged() {
        for (double round : new double[] {10, 12, 11}) {
            measured.add("control.stop", Role.REFERENCE, round);
            measured.add("load.stop", Role.REFERENCE, round);
            measured.add("control.stop", Role.CANDIDATE, 222);
            measured.add("load.stop", Role.CANDIDATE, 272);
        }
        assertThat(failing()).isEmpty();

        measured.add("control.stop", Role.CANDIDATE, 222.1);
        measured.add("load.stop", Role.CANDIDATE, 272.1);
        assertThat(failing()).containsExactly("control.stop", "load.stop");
    }

    @Test
    void whatIsNotMeasuredOfBothIsNotJudged() {
        measured.add("stats.idle", Role.REFERENCE, samples(1));

        assertThat(Guards.of(measured)).isEmpty();
    }

    @Test
    void successesOfAllRoundsAreJudgedTogether() {
        Tally perfect = new Tally();
        Tally lossy = new Tally();
        for (int i = 0; i < 100; i++) {
            perfect.succeeded();
            if (i < 97) {
                lossy.succeeded();
            } else {
                lossy.failed("reset");
            }
        }
        measured.add("canary.success", Role.REFERENCE, perfect);
        measured.add("canary.success", Role.CANDIDATE, lossy);
        assertThat(failing()).containsExactly("canary.success");

        measured.add("canary.success", Role.CANDIDATE, perfect);
        assertThat(failing()).isEmpty();
    }

    @Test
    void differencesExitCodesAndBrokenParts() {
        for (String name : List.of("mirror.differences", "control.exit", "load.exit", Guards.BROKEN_OFF)) {
            measured.add(name, Role.REFERENCE, 0);
            measured.add(name, Role.CANDIDATE, 1);
        }

        assertThat(failing()).containsExactlyInAnyOrder("mirror.differences", "control.exit", "load.exit",
                Guards.BROKEN_OFF);
    }
}
