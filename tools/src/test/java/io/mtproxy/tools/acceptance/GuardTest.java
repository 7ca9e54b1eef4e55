package io.mtproxy.tools.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {

    @ParameterizedTest
    @CsvSource({"1.0, 1.0, true", "1.0, 0.98, true", "1.0, 0.9799, false", "0.5, 0.48, true", "0.5, 0.47, false",
            "1.0, NaN, false"})
    void aRateMayBeTwoHundredthsBelow(double reference, double candidate, boolean holds) {
        assertThat(Guard.rate("a", "b", reference, candidate).holds()).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"10, 17.5, true", "10, 17.6, false", "0, 5, true", "0, 5.1, false", "10, NaN, false", "NaN, 1, false"})
    void aPercentileMayBeAQuarterAndFiveMillisecondsAbove(double reference, double candidate, boolean holds) {
        assertThat(Guard.time("a", "b", reference, candidate, 1.25, 5).holds()).isEqualTo(holds);
    }

    @Test
    void tellsRuleValuesBoundAndVerdict() {
        Guard guard = Guard.time("stop", "stop", 10, 221, 2, 200);

        assertThat(guard.asMap()).containsEntry("id", "stop").containsEntry("rule", "stop <= 2 x reference + 200 ms")
                .containsEntry("reference", 10.0).containsEntry("candidate", 221.0).containsEntry("atMost", 220.0)
                .containsEntry("verdict", "FAILS");
        assertThat(Guard.rate("a", "b", 1, 0.99).asMap()).containsEntry("atLeast", 0.98).containsEntry("verdict",
                "holds");
        assertThat(Guard.atMost("a", "b", 0, 1, 0).holds()).isFalse();
        assertThat(Guard.atMost("a", "b", 0, Double.NaN, 0).asMap()).containsEntry("candidate", "NaN")
                .containsEntry("verdict", "FAILS");
    }
}
