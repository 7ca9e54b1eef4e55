package io.mtproxy.tools.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void percentilesAreNearestRanksOfAllSamples() {
        Samples samples = new Samples();
        for (int i = 1000; i >= 1; i--) {
            samples.add(i);
        }

        assertThat(samples.summary()).isEqualTo(new Summary(1000, 1, 500.5, 500, 950, 990, 1000));
    }

    @Test
    void ofFewSamplesThePercentilesAreTheLargest() {
        Samples samples = new Samples();
        samples.add(3);
        samples.add(7);

        assertThat(samples.summary()).isEqualTo(new Summary(2, 3, 5, 3, 7, 7, 7));
        assertThat(new Samples().summary()).isEqualTo(new Summary(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void samplesOfRoundsAddUp() {
        Samples one = new Samples();
        one.add(2);
        Samples all = new Samples();
        all.add(1);
        all.addAll(one);

        assertThat(all.summary().asMap()).containsEntry("count", 2).containsEntry("max", 2.0);
    }

    @Test
    void medianOfRounds() {
        assertThat(Summary.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
        assertThat(Summary.median(List.of(9.0, 1.0))).isEqualTo(5);
        assertThatThrownBy(() -> Summary.median(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
