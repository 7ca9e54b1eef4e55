package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.TimerWheel;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * When a target is tried again: at once after a link that had been of use, else after a pause that grows as C's (1 s, then
 * half as long again each time, up to about 30 s). Every time is drawn within a quarter around that, so that neither loops
 * nor proxies keep step.
 */
final class Redial {
    private static final double FIRST_PAUSE_SECONDS = 1;
    /** C: a pause from here on grows no further. */
    private static final double LAST_GROWTH_SECONDS = 20;
    private static final double GROWTH = 1.5;
    /** C looks for missing links ten times per second. */
    private static final int AT_ONCE_MILLIS = 100;
    /** While clients wait. */
    private static final int PROBE_MILLIS = 800;

    private final EventLoop loop;
    private final SplittableRandom random;
    private final Runnable dial;
    private double pause = FIRST_PAUSE_SECONDS;
    private TimerWheel.@Nullable Timer timer;
    private boolean dialled;
    private long dialledNanos;
    private long probeMillis;

    /** @param dial called when the time has come */
    Redial(EventLoop loop, SplittableRandom random, Runnable dial) {
        this.loop = loop;
        this.random = random;
        this.dial = dial;
    }

    /** A link has ended. Of several at a time the first one counts. */
    void after(boolean proven) {
        if (proven) {
            pause = FIRST_PAUSE_SECONDS;
        }
        if (timer == null) {
            timer = loop.after(proven ? around(AT_ONCE_MILLIS) : nextPause(), () -> {
                timer = null;
                dial.run();
            });
        }
    }

    private long nextPause() {
        long now = around((long) (pause * 1000));
        if (pause < LAST_GROWTH_SECONDS) {
            pause *= GROWTH;
        }
        return now;
    }

    private long around(long millis) {
        return random.nextLong(millis * 3 / 4, millis * 5 / 4 + 1);
    }

    /** Whether it waits for its time. */
    boolean pending() {
        return timer != null;
    }

    void forget() {
        loop.cancel(timer);
        timer = null;
    }

    /** An attempt begins. */
    void dialled() {
        dialled = true;
        dialledNanos = System.nanoTime();
        probeMillis = around(PROBE_MILLIS);
    }

    /** Whether the last attempt was long enough ago for another one, when clients wait. */
    boolean mayProbe() {
        return !dialled || (System.nanoTime() - dialledNanos) / 1_000_000 >= probeMillis;
    }
}
