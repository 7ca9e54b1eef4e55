package io.mtproxy.tools.drill;

import io.mtproxy.tools.load.LoadTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The clients of a drill, each on a thread of its own; what becomes of them is on the timeline. */
final class Crowd {

    private final List<Thread> threads = new ArrayList<>();
    private final Timeline timeline;

    private Crowd(Timeline timeline) {
        this.timeline = timeline;
    }

    /** They come at once. */
    static Crowd start(LoadTarget target, DrillScale scale, Timeline timeline) {
        Crowd crowd = new Crowd(timeline);
        SplittableRandom random = new SplittableRandom();
        LoadTarget hasty = target.patience(scale.patience());
        for (int i = 0; i < scale.clients(); i++) {
            crowd.start("visitor " + i, new Visitor(i, target.patience(Duration.ofMinutes(1)).client(i),
                    scale.patience(), timeline, random.split()));
        }
        for (int i = 0; i < scale.streamers(); i++) {
            crowd.start("streamer " + i, new Streamer(i, hasty.client(i), timeline, random.split()));
        }
        for (int i = 0; i < scale.newcomers(); i++) {
            crowd.start("newcomer " + i, new Newcomer(i, hasty.client(i), timeline, random.split()));
        }
        return crowd;
    }

    private void start(String name, Runnable client) {
        threads.add(Thread.ofVirtual().name(name).start(client));
    }

    /** Waits until the last one has gone. */
    void end() throws InterruptedException {
        timeline.end();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
