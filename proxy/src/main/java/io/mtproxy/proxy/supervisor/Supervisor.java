package io.mtproxy.proxy.supervisor;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.LimitAlarm;
import io.mtproxy.proxy.stats.Totals;
import java.util.List;

/**
 * Watches workers from an event loop: one that ends or no longer answers ends the whole proxy, as with C; whoever runs the
 * proxy starts it again.
 */
public final class Supervisor {
    private static final int SECOND = 1000;
    /** A signal to the whole group also comes to the workers: time for ours to arrive before their end is called a failure. */
    private static final int DOUBT_MILLIS = 100;
    /** How often signals are offered to workers that could not take them yet. */
    private static final int RETRY_MILLIS = 50;

    private final EventLoop loop;
    private final Workers workers;
    private final Log log;
    private final Totals totals = new Totals();
    private volatile boolean failed;
    private volatile boolean leaving;

    public Supervisor(EventLoop loop, Workers workers, Log log) {
        this.loop = loop;
        this.workers = workers;
        this.log = log;
    }

    /**
     * Runs the loop until {@link #stop} or until a worker fails; returns when all workers have ended.
     *
     * @param turn runs the loop
     * @return whether it was stopped; otherwise the reason stands in the log
     */
    public boolean run(Runnable turn) {
        loop.after(SECOND, this::look);
        turn.run();
        workers.end();
        return !failed;
    }

    /** Passes a signal on to all workers. Any thread. */
    public void forward(Signal signal) {
        loop.execute(() -> {
            workers.forward(signal);
            forwardWaiting();
        });
    }

    /** From now on it is no failure when workers end: who ends us may have asked them, too. Any thread. */
    public void letThemLeave() {
        leaving = true;
    }

    /** Ends {@link #run} soon. Any thread. */
    public void stop() {
        loop.stop();
    }

    private void look() {
        loop.after(SECOND, this::look);
        List<String> trouble = workers.trouble();
        if (trouble != null) {
            loop.after(DOUBT_MILLIS, () -> end(trouble));
        }
        totals.clear();
        workers.addTo(totals);
        String alarm = LimitAlarm.line(totals.get(Counter.CLIENTS), totals.get(Figure.CLIENT_LIMIT));
        if (alarm != null) {
            log.line(0, alarm);
        }
    }

    private void forwardWaiting() {
        if (workers.forwardWaiting()) {
            loop.after(RETRY_MILLIS, this::forwardWaiting);
        }
    }

    private void end(List<String> lines) {
        failed = !leaving;
        for (String line : lines) {
            log.line(line);
        }
        loop.stop();
    }
}
