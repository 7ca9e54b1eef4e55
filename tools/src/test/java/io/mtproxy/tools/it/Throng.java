package io.mtproxy.tools.it;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Clients of every kind at once: some ask, each on one connection for all the time; some stream in both directions, one
 * stream after the other without a pause, whose SHA-256 both sides compare; some connect for one request. Whatever happens
 * to one is kept.
 */
final class Throng implements AutoCloseable {
    private static final int ASKING = 12;
    private static final int STREAMING = 2;
    private static final int COMING = 4;
    private static final int LARGEST = 40_000;
    private static final int VISIT = 256;
    private static final int PAUSE_MILLIS = 20;
    private static final long STREAM = 4 << 20;
    private static final LoadWork STREAMS = LoadWork.streams(LoadMode.BOTH, STREAM).windows(LoadWork.DOWN_WINDOW,
            LoadWork.DOWN_WINDOW);

    /** What a client does again and again. */
    @FunctionalInterface
    private interface Turn {
        void play() throws IOException;
    }

    /** What a client does in its life. */
    @FunctionalInterface
    private interface Life {
        void live(int number, SplittableRandom random) throws IOException, InterruptedException;
    }

    private final LoadTarget target;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicIntegerArray turns = new AtomicIntegerArray(ASKING + STREAMING + COMING);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final LongAccumulator slowestRequest = new LongAccumulator(Math::max, 0);
    private final LongAccumulator slowestVisit = new LongAccumulator(Math::max, 0);
    private final LongAccumulator slowestStream = new LongAccumulator(Math::max, 0);
    private volatile boolean enough;

    /**
     * Times in milliseconds.
     *
     * @param request the slowest answer on a connection that was there
     * @param visit the slowest from connecting to the answer
     * @param stream the slowest stream
     */
    record Slowest(long request, long visit, long stream) {}

    Throng(LoadTarget target) {
        this.target = target;
        start(ASKING, "asking", this::ask);
        start(STREAMING, "streaming", this::stream);
        start(COMING, "coming", this::come);
    }

    private void start(int clients, String kind, Life life) {
        for (int i = 0; i < clients; i++) {
            int number = threads.size();
            threads.add(Thread.ofVirtual().name(kind + " client " + number).start(() -> run(number, life)));
        }
    }

    private void run(int number, Life life) {
        try {
            life.live(number, new SplittableRandom(number));
        } catch (IOException | ProtocolException e) {
            failures.add(Thread.currentThread().getName() + ", after " + turns.get(number) + " turns: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(int number, SplittableRandom random) throws IOException, InterruptedException {
        try (LoadExchange exchange = new LoadExchange(target.client(number), random)) {
            while (!enough) {
                turn(number, slowestRequest, () -> exchange.echo(random.nextInt(LARGEST), random.nextBoolean()));
                Thread.sleep(random.nextInt(PAUSE_MILLIS));
            }
        }
    }

    private void stream(int number, SplittableRandom random) throws IOException {
        try (LoadExchange exchange = new LoadExchange(target.client(number), random)) {
            while (!enough) {
                turn(number, slowestStream, () -> exchange.streams(STREAM, STREAM, STREAMS));
            }
        }
    }

    private void come(int number, SplittableRandom random) throws IOException, InterruptedException {
        while (!enough) {
            turn(number, slowestVisit, () -> {
                try (LoadExchange exchange = new LoadExchange(target.client(number), random)) {
                    exchange.echo(VISIT, false);
                }
            });
            Thread.sleep(random.nextInt(PAUSE_MILLIS));
        }
    }

    private void turn(int number, LongAccumulator slowest, Turn turn) throws IOException {
        long start = System.nanoTime();
        turn.play();
        slowest.accumulate(System.nanoTime() - start);
        turns.incrementAndGet(number);
    }

    /** Waits until each client has got what it asked for after this moment, or one has not. */
    void awaitRound() {
        int[] wanted = new int[turns.length()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = turns.get(i) + 2; // the one under way began before
        }
        Await.until("all clients are served", Harness.SOON, () -> !failures.isEmpty() || reached(wanted));
    }

    private boolean reached(int[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (turns.get(i) < wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** A line for each client that did not get what it wanted; it has given up. */
    Queue<String> failures() {
        return failures;
    }

    /** Since the last call. */
    Slowest slowest() {
        return new Slowest(millis(slowestRequest), millis(slowestVisit), millis(slowestStream));
    }

    private static long millis(LongAccumulator nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getThenReset());
    }

    @Override
    public void close() {
        enough = true;
        Await.until("clients end", Harness.SOON.plus(Duration.ofSeconds(10)),
                () -> threads.stream().noneMatch(Thread::isAlive));
    }
}
