package io.mtproxy.tools.stability;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.stability.StabilityReport.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A guard that cannot fail is none. */
class GuardTest {
    @Test
    void holdsUpToItsBoundAndNotBeyond() {
        assertThat(Guard.atMost("n", 5.0, 5).holds()).isTrue();
        assertThat(Guard.atMost("n", 6, 5).holds()).isFalse();
        assertThat(Guard.atLeast("n", 4, 5).holds()).isFalse();
        assertThat(Guard.atMost("n", 5, 5).holds()).isTrue();
        assertThat(Guard.atMost("n", 5.001, 5).holds()).isFalse();
        assertThat(Guard.atLeast("n", 5, 5).holds()).isTrue();
        assertThat(Guard.atLeast("n", 4.999, 5).holds()).isFalse();
        assertThat(Guard.exactly("n", 5, 5).holds()).isTrue();
        assertThat(Guard.exactly("n", 6, 5).holds()).isFalse();
        assertThat(Guard.exactly("n", 4, 5).holds()).isFalse();
        assertThat(Guard.that("n", true).holds()).isTrue();
        assertThat(Guard.that("n", false).holds()).isFalse();
    }

    @Test
    void whatIsNoNumberHoldsNothing() {
        assertThat(Guard.atMost("n", Double.NaN, 5).holds()).isFalse();
        assertThat(Guard.atLeast("n", Double.NaN, 5).holds()).isFalse();
        assertThat(Guard.atMost("held by nobody", 0.0 / 0, 5).holds()).isFalse();
    }

    @Test
    void saysWhatWasMeasuredAndWhatWasExpected() {
        assertThat(Guard.atMost("threads", 12, 10)).hasToString("threads: 12 (expected: <= 10)");
        assertThat(Guard.atMost("growth, MiB", 1.5, 24)).hasToString("growth, MiB: 1.500 (expected: <= 24)");
    }

    @Test
    void oneGuardThatDoesNotHoldFailsTheReport() {
        Result good = result("", Guard.exactly("a", 0, 0), Guard.atMost("b", 1, 2));
        Result bad = result("", Guard.exactly("a", 0, 0), Guard.atMost("b", 3, 2));
        assertThat(new StabilityReport(List.of(good, good)).ok()).isTrue();
        assertThat(new StabilityReport(List.of(good, bad)).ok()).isFalse();
        assertThat(new StabilityReport(List.of(bad, good)).ok()).isFalse();
        assertThat(new StabilityReport(List.of(good, bad)).lines()).filteredOn(line -> line.endsWith("FAILED"))
                .singleElement().asString().contains("b", "3", "<= 2");
        assertThat(new StabilityReport(List.of(good, good)).failures()).isEmpty();
        assertThat(new StabilityReport(List.of(good, bad)).failures()).containsExactly("t: b: 3 (expected: <= 2)");
    }

    @Test
    void whatWasNotFinishedOrNotMeasuredIsNotWell() {
        assertThat(new StabilityReport(List.of(result("", new Guard[0]))).ok()).isFalse();
        assertThat(new StabilityReport(List.of()).ok()).isFalse();
        StabilityReport broken = new StabilityReport(List.of(result("no answer", Guard.exactly("a", 0, 0))));
        assertThat(broken.ok()).isFalse();
        assertThat(broken.lines()).anyMatch(line -> line.contains("FAILED: no answer"));
        assertThat(broken.failures()).containsExactly("t: no answer");
    }

    @Test
    void theFileSaysTheSame() {
        Map<String, Object> map = new StabilityReport(List.of(result("", Guard.atMost("b", 3, 2)))).asMap();
        assertThat(map).containsEntry("ok", false);
        assertThat(map.get("trials").toString()).contains("trial=t", "measured=3.0", "expected=<= 2", "millis=7");
    }

    private static Result result(String trouble, Guard... guards) {
        return new Result("t", Duration.ofMillis(7), List.of(guards), trouble);
    }
}
