package io.mtproxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OracleTest {
    private static final int BOUND = 100_000;

    private final List<byte[]> kept = new ArrayList<>();

    @Test
    void raisesWhatItFinds() {
        assertThatThrownBy(() -> Oracle.require(false, "why")).isInstanceOf(AssertionError.class).hasMessage("why");
        assertThatThrownBy(() -> Oracle.same(1, 2, "number")).hasMessage("number: 1, expected 2");
    }

    @Test
    void whatAllocatesTooMuchEachTimeIsAFinding() {
        assertThatThrownBy(() -> Oracle.allocatesAtMost(BOUND, () -> kept.add(new byte[BOUND + 1])))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("allocates 1\\d{5} bytes, expected at most " + BOUND);
        assertThat(kept).hasSizeGreaterThan(2);
    }

    @Test
    void whatOnlyTheFirstRunsPayForIsNone() {
        Oracle.allocatesAtMost(BOUND, () -> kept.add(new byte[kept.size() < 2 ? BOUND + 1 : 1]));
        assertThat(kept).hasSize(3);
    }

    @Test
    void whatKeepsToTheBoundRunsOnce() {
        Oracle.allocatesAtMost(BOUND, () -> {}); // whatever is loaded for a first run
        Oracle.allocatesAtMost(BOUND, () -> kept.add(new byte[BOUND / 2]));
        assertThat(kept).hasSize(1);
    }
}
