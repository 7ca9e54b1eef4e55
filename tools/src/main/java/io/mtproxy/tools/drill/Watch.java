package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.acceptance.StatsPage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Asks for the counters all the time, each time on a new connection. One thread. */
final class Watch implements Runnable {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final int port;
    private final Timeline timeline;
    private final Counters counters;

    Watch(int port, Timeline timeline, Counters counters) {
        this.port = port;
        this.timeline = timeline;
        this.counters = counters;
    }

    @Override
    public void run() {
        while (!timeline.over()) {
            timeline.question(this::ask);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private String ask() {
        try {
            counters.read(StatsPage.ask(port), false);
            return "";
        } catch (IOException e) {
            return Reasons.of(e);
        }
    }
}
