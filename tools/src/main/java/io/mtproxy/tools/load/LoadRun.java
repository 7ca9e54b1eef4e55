package io.mtproxy.tools.load;

import io.mtproxy.wire.obfuscated.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Loads under way, one or several at once or after one another, and what came of them together. One thread drives it. */
public final class LoadRun {

    private final long start = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom();
    private final Map<Transport, LoadTally> tallies = new EnumMap<>(Transport.class);
    private final List<Thread> clients = new ArrayList<>();

    /** Starts one load. */
    public static LoadRun start(LoadPlan plan) {
        return new LoadRun().add(plan);
    }

    /** Starts the clients of a further load. */
    public LoadRun add(LoadPlan plan) {
        for (int i = 0; i < plan.clients(); i++) {
            ClientSettings settings = plan.target().client(i);
            LoadTally tally = tallies.computeIfAbsent(settings.transport(), transport -> new LoadTally());
            LoadClient client = new LoadClient(settings, plan.work(), tally, random.split());
            clients.add(Thread.ofVirtual().name("load client " + i).start(client));
        }
        return this;
    }

    /** How it stands. */
    public LoadReport report() {
        List<LoadReport.Row> rows = new ArrayList<>();
        tallies.forEach((transport, tally) -> rows.add(tally.row(transport)));
        return new LoadReport(rows, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Are all clients done within this time? */
    public boolean done(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (Thread client : clients) {
            if (!client.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    /** Waits until every client is done. Each gives up by itself, so this ends. */
    public LoadReport await() throws InterruptedException {
        for (Thread client : clients) {
            client.join();
        }
        return report();
    }
}
