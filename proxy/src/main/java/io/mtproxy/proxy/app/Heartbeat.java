package io.mtproxy.proxy.app;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.Totals;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A worker's word to its supervisor: what it counts, ten times per second, and a number that grows as long as all of its
 * loops run.
 */
final class Heartbeat {
    private static final int TELL_MILLIS = 100;
    private static final int BEAT_MILLIS = 500;

    private final Board.Slot slot;
    private final Totals.Source process;
    private final List<EventLoop> loops;
    private final AtomicLongArray beats;
    private final Totals totals = new Totals();

    Heartbeat(Board.Slot slot, Totals.Source process, List<EventLoop> loops) {
        this.slot = slot;
        this.process = process;
        this.loops = loops;
        beats = new AtomicLongArray(loops.size());
    }

    /** Tells for the first time, and lets the loops go on with it; before they run. */
    void begin() {
        tell();
        for (int i = 0; i < loops.size(); i++) {
            schedule(i, 0);
        }
    }

    private void schedule(int index, int millis) {
        loops.get(index).after(millis, () -> beat(index));
    }

    private void beat(int index) {
        beats.incrementAndGet(index);
        if (index == 0) {
            tell();
        }
        schedule(index, index == 0 ? TELL_MILLIS : BEAT_MILLIS);
    }

    /** On the first loop's thread, or before the loops run. */
    void tell() {
        totals.clear();
        process.addTo(totals);
        slot.publish(totals);
        long slowest = Long.MAX_VALUE;
        for (int i = 0; i < beats.length(); i++) {
            slowest = Math.min(slowest, beats.get(i));
        }
        slot.beat(Board.Slot.READY + slowest);
    }
}
