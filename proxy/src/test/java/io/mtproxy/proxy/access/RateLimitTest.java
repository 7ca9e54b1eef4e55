package io.mtproxy.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static int admitted(RateLimit limit, long nowNanos, int tries) {
        int n = 0;
        for (int i = 0; i < tries; i++) {
            n += limit.admit(nowNanos) ? 1 : 0;
        }
        return n;
    }

    @Test
    void oneSecondsWorthAtOnceThenAsTimeGoes() {
        RateLimit limit = new RateLimit(10);
        long t = System.nanoTime();
        assertThat(admitted(limit, t, 50)).isEqualTo(10);
        assertThat(admitted(limit, t + 500_000_000L, 50)).isEqualTo(5);
        assertThat(admitted(limit, t + 60_000_000_000L, 50)).as("the bucket does not overflow").isEqualTo(10);
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit limit = new RateLimit(0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.admit()).isTrue();
        }
    }
}
