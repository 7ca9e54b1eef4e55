package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** Clients that ask at a given rate, check every answer, and leave and come back now and then. Made and ended by one thread. */
final class PacedClients {
    private static final int REQUESTS_PER_CONNECTION = 50;
    private static final int MAX_SIZE = 16 << 10;

    private final LoadTarget target;
    private final long pauseNanos;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile boolean stopped;

    /**
     * What they did.
     *
     * @param failures connections that ended otherwise than by their client's will, or with a wrong byte
     */
    record Result(long requests, long connections, long failures) {}

    private PacedClients(LoadTarget target, long pauseNanos) {
        this.target = target;
        this.pauseNanos = pauseNanos;
    }

    /** Starts so many clients that together ask so often. */
    static PacedClients start(LoadTarget target, int clients, double requestsPerSecond) {
        PacedClients paced = new PacedClients(target, (long) (clients / requestsPerSecond * 1e9));
        for (int i = 0; i < clients; i++) {
            int index = i;
            paced.threads.add(Thread.ofVirtual().name("soak client " + i).start(() -> paced.live(index)));
        }
        return paced;
    }

    private void live(int index) {
        SplittableRandom random = new SplittableRandom(ThreadLocalRandom.current().nextLong());
        for (int connection = index; !stopped; connection++) {
            try (LoadExchange exchange = new LoadExchange(target.client(connection), random)) {
                connections.increment();
                ask(exchange, random);
            } catch (IOException | ProtocolException e) {
                failures.increment();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void ask(LoadExchange exchange, SplittableRandom random) throws IOException, InterruptedException {
        for (int i = 0; i < REQUESTS_PER_CONNECTION && !stopped; i++) {
            long start = System.nanoTime();
            exchange.echo(random.nextInt(MAX_SIZE), i % 8 == 0);
            requests.increment();
            // drawn, so that they do not march in step; on average half the rate is the pause's and half the answer's business
            long pause = random.nextLong(2 * pauseNanos + 1) - (System.nanoTime() - start);
            if (pause > 0) {
                Thread.sleep(Duration.ofNanos(pause));
            }
        }
    }

    /** Takes the failures of a load beside it into account. */
    void count(LoadReport report) {
        failures.add(report.failed());
    }

    /** All leave. */
    Result stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return new Result(requests.sum(), connections.sum(), failures.sum());
    }
}
