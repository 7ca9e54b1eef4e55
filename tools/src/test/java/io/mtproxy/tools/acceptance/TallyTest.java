package io.mtproxy.tools.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void countsAttemptsByTheirEnd() {
        Tally tally = new Tally();
        tally.succeeded();
        tally.failed("reset");
        tally.failed("reset", 2);
        tally.failed("closed", 0);

        assertThat(tally.attempts()).isEqualTo(4);
        assertThat(tally.rate()).isEqualTo(0.25);
        assertThat(tally.asMap()).containsEntry("failures", Map.of("reset", 3L)).containsEntry("rate", 0.25);
    }

    @Test
    void whoWasNotAskedHasShownNothing() {
        assertThat(new Tally().rate()).isZero();
    }

    @Test
    void roundsAddUp() {
        Tally one = new Tally();
        one.succeeded();
        one.failed("reset");
        Tally all = new Tally();
        all.failed("reset");
        all.addAll(one);

        assertThat(all.failures()).containsExactly(Map.entry("reset", 2L));
        assertThat(all.successes()).isOne();
    }
}
