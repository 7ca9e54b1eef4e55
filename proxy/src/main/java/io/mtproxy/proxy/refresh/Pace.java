package io.mtproxy.proxy.refresh;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait for the next round. One thread. */
final class Pace {
    private static final int JITTER_PERCENT = 10;
    /** More doublings than any interval has. */
    private static final int MOST_DOUBLINGS = 20;

    private final long interval;
    private final long retry;
    private final RandomGenerator random;
    private int failures;

    /** @param retry after a failure, then twice that, and so on up to the interval */
    Pace(Duration interval, Duration retry, RandomGenerator random) {
        this.interval = interval.toMillis();
        this.retry = retry.toMillis();
        this.random = random;
    }

    /** Milliseconds. Never the same, so that not all proxies ask at once. */
    long next(boolean succeeded) {
        failures = succeeded ? 0 : failures + 1;
        long pause = succeeded ? interval : Math.min(interval, retry << Math.min(failures - 1, MOST_DOUBLINGS));
        long most = pause * JITTER_PERCENT / 100;
        return random.nextLong(pause - most, pause + most + 1);
    }
}
