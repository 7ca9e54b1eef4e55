package io.mtproxy.proxy.app;

import io.mtproxy.proxy.net.EventLoop;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Holds all event loops between two of their iterations, so that another thread can see what they have. */
final class Standstill {
    private static final int PATIENCE_MILLIS = 5_000;

    private final List<EventLoop> loops;
    /** The last one; it may be over. */
    private volatile @Nullable Rest rest;

    /** @param arrived loops that are still to come */
    private record Rest(CountDownLatch arrived, CountDownLatch over) {}

    Standstill(List<EventLoop> loops) {
        this.loops = loops;
    }

    /** Runs a loop until it is stopped; with pauses that it does not notice. On the loop's thread. */
    void serve(EventLoop loop) {
        loop.run();
        for (Rest seen = null, now = rest; now != null && now != seen; now = rest) {
            seen = now; // a loop that comes late finds it over, and goes on
            now.arrived.countDown();
            await(now.over);
            loop.run();
        }
    }

    private static void await(CountDownLatch over) {
        while (true) {
            try {
                over.await();
                return;
            } catch (InterruptedException e) {
                // nobody does that; a loop that went on meanwhile would break what is saved
            }
        }
    }

    /**
     * Stops all loops, does this, and lets them go on unless it has returned true. One thread at a time.
     *
     * @throws IOException when a loop does not stop, or from the task; all go on then
     */
    synchronized void hold(HandOver.Task task) throws IOException {
        Rest now = new Rest(new CountDownLatch(loops.size()), new CountDownLatch(1));
        rest = now;
        loops.forEach(EventLoop::suspend);
        boolean gone = false;
        try {
            if (!now.arrived.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("a loop did not stop within " + PATIENCE_MILLIS + " ms");
            }
            gone = task.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (!gone) {
                loops.forEach(EventLoop::resume);
                now.over.countDown();
            }
        }
    }
}
