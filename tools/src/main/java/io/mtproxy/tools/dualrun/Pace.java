package io.mtproxy.tools.dualrun;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Beats at a fixed distance. Who is late goes on at once and does not make up for what was missed. One thread. */
final class Pace {

    private final long pause;
    private long next = System.nanoTime();

    Pace(Duration pause) {
        this.pause = pause.toNanos();
    }

    /** Returns at the next beat; the first is at once. */
    void await() {
        long now = System.nanoTime();
        while (now < next) {
            LockSupport.parkNanos(next - now);
            now = System.nanoTime();
        }
        next = Math.max(next + pause, now);
    }
}
