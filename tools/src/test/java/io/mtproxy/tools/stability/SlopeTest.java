package io.mtproxy.tools.stability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mtproxy.tools.stability.Slope.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class SlopeTest {
    private static Slope of(DoubleUnaryOperator value) {
        List<Sample> samples = new ArrayList<>();
        for (int second = 10; second <= 130; second++) {
            samples.add(new Sample(second, value.applyAsDouble(second)));
        }
        return Slope.of(samples);
    }

    @Test
    void aLeakShowsBehindASwing() {
        Slope slope = of(second -> 100 + 3 * second + (second % 2 == 0 ? 500 : -500));
        assertThat(slope.perSecond()).isCloseTo(3, within(0.1));
        assertThat(slope.growth()).isCloseTo(360, within(12.0));
        assertThat(slope.perHour()).isCloseTo(10_800, within(360.0));
    }

    @Test
    void aSwingAloneIsFlat() {
        assertThat(of(second -> 1e9 + 1e6 * Math.sin(second)).growth()).isCloseTo(0, within(2e5));
        assertThat(of(second -> 42).growth()).isZero();
    }

    @Test
    void whatIsGivenBackFalls() {
        assertThat(of(second -> 1000 - 2 * second).growth()).isCloseTo(-240, within(1e-6));
    }

    @Test
    void tooFewSamplesSayNothing() {
        assertThatThrownBy(() -> Slope.of(List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 samples");
        assertThatThrownBy(() -> Slope.of(List.of(new Sample(1, 5)))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Slope.of(List.of(new Sample(1, 5), new Sample(1, 9))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
