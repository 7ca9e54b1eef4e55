package io.mtproxy.proxy.app;

import io.mtproxy.proxy.net.EventLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether all loops turn: each gets a task now and then, and must have run it when it is to get the next one. */
final class LoopPulse {
    private final List<EventLoop> loops;
    private final AtomicInteger waiting = new AtomicInteger();

    LoopPulse(List<EventLoop> loops) {
        this.loops = loops;
    }

    /** Whether all have turned since the last call that found them so; one thread, which leaves them time in between. */
    boolean beats() {
        if (waiting.get() > 0) {
            return false; // and gets no second task: those would pile up
        }
        waiting.set(loops.size());
        for (EventLoop loop : loops) {
            loop.execute(waiting::decrementAndGet);
        }
        return true;
    }
}
