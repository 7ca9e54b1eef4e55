package io.mtproxy.tools.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KolmogorovSmirnovTest {

    private static double[] range(int from, int to) {
        return IntStream.range(from, to).asDoubleStream().toArray();
    }

    @Test
    void distances() {
        assertThat(KolmogorovSmirnov.distance(range(0, 100), range(20, 120))).isEqualTo(0.2, within(1e-12));
        assertThat(KolmogorovSmirnov.distance(range(0, 10), range(10, 15))).isEqualTo(1);
        assertThat(KolmogorovSmirnov.distance(new double[] {1, 1, 2}, new double[] {2, 1, 1, 1, 1, 2})).isZero();
    }

    @Test
    void probabilities() {
        assertThat(KolmogorovSmirnov.p(range(0, 100), range(20, 120))).isEqualTo(0.0314, within(1e-4));
        assertThat(KolmogorovSmirnov.p(range(0, 200), range(0, 200))).isEqualTo(1);
        assertThat(KolmogorovSmirnov.p(range(0, 200), range(200, 400))).isLessThan(1e-80);
    }

    @Test
    void samplesOfOneDistributionAreRarelyToldApart() {
        SplittableRandom random = new SplittableRandom(7);
        long low = IntStream.range(0, 400).filter(i -> KolmogorovSmirnov.p(random.doubles(200).toArray(),
                random.doubles(200).toArray()) < 0.01).count();

        assertThat(low).isBetween(0L, 10L);
    }
}
