package io.mtproxy.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace(Duration.ofMinutes(10), Duration.ofMinutes(1), new Random(1));

    private static void assertAbout(long millis, int minutes) {
        assertThat(millis).isBetween(minutes * 54_000L, minutes * 66_000L);
    }

    @Test
    void theIntervalHasSomeJitter() {
        long first = pace.next(true);
        assertAbout(first, 10);
        assertThat(pace.next(true)).isNotEqualTo(first);
    }

    @Test
    void afterFailuresItGrowsFromOneMinuteToTheInterval() {
        for (int minutes : new int[] {1, 2, 4, 8, 10, 10}) {
            assertAbout(pace.next(false), minutes);
        }
        for (int i = 0; i < 100; i++) {
            assertAbout(pace.next(false), 10);
        }
        assertAbout(pace.next(true), 10);
        assertAbout(pace.next(false), 1);
    }

    @Test
    void aShortIntervalIsTheLongestPause() {
        Pace brief = new Pace(Duration.ofSeconds(6), Duration.ofMinutes(1), new Random(1));
        assertThat(brief.next(false)).isBetween(5400L, 6600L);
    }
}
