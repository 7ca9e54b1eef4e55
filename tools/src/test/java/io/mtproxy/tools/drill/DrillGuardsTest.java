package io.mtproxy.tools.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.drill.Step.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each guard by itself: everything else is as good as it can be. */
class DrillGuardsTest {

    private static final Request GOOD = new Request(1, 0, 1, "");
    private static final Request LOST = new Request(1, 0, 1, "reset");
    private static final Step BASELINE = step(10, 0, 20, 200, List.of(GOOD), List.of(GOOD), 10);

    private static Step step(double stop, int exitCode, double start, double back, List<Request> before,
            List<Request> after, int answered) {
        return new Step(Kind.CUTOVER, stop, exitCode, start, start, back, back, before, List.of(LOST), List.of(LOST),
                after,
                List.of(), answered, 10);
    }

    private static List<String> failing(Step step) {
        return DrillGuards.of(2, BASELINE, step).stream().filter(guard -> !guard.holds()).map(Guard::id).toList();
    }

    @Test
    void atTheirBoundsAllHold() {
        assertThat(failing(step(530, 0, 560, 800, List.of(GOOD), List.of(GOOD), 10))).isEmpty();
        assertThat(DrillGuards.of(2, BASELINE, BASELINE)).hasSize(7);
    }

    @Test
    void stopAndStart() {
        assertThat(failing(step(531, 0, 20, 200, List.of(GOOD), List.of(GOOD), 10)))
                .containsExactly("round-2.cutover.stop");
        assertThat(failing(step(10, 0, 561, 200, List.of(GOOD), List.of(GOOD), 10)))
                .containsExactly("round-2.cutover.start");
        assertThat(failing(step(10, 1, 20, 200, List.of(GOOD), List.of(GOOD), 10)))
                .containsExactly("round-2.cutover.exit");
    }

    @Test
    void timeUntilAllAreBack() {
        assertThat(failing(step(10, 0, 20, 801, List.of(GOOD), List.of(GOOD), 10)))
                .containsExactly("round-2.cutover.back");
    }

    @Test
    void requestsOutsideTheSwitch() {
        assertThat(failing(step(10, 0, 20, 200, List.of(GOOD, LOST), List.of(GOOD), 10)))
                .containsExactly("round-2.cutover.before");
        assertThat(failing(step(10, 0, 20, 200, List.of(GOOD), List.of(GOOD, LOST), 10)))
                .containsExactly("round-2.cutover.after");
        assertThat(failing(step(10, 0, 20, 200, List.of(GOOD), List.of(), 10)))
                .containsExactly("round-2.cutover.asked");
    }

    @Test
    void counters() {
        assertThat(failing(step(10, 0, 20, 200, List.of(GOOD), List.of(GOOD), 9)))
                .containsExactly("round-2.cutover.stats");
    }
}
