package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadFailure;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients of every kind at once: some ask, each on one connection for all the time; some stream, one up, one down, one in
 * both directions, one stream after the other without a pause, whose SHA-256 both sides compare; some connect for one request
 * and leave. Whatever happens to one is kept, and it gives up. Made and closed by one thread.
 */
public final class Throng implements AutoCloseable {
    private static final int ASKING = 20;
    private static final List<LoadMode> STREAMING = List.of(LoadMode.UP, LoadMode.DOWN, LoadMode.BOTH);
    private static final int COMING = 6;
    private static final int LARGEST = 40_000;
    private static final int VISIT = 256;
    private static final int PAUSE_MILLIS = 20;
    private static final int STREAM = 4 << 20;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final LoadTarget target;
    private final List<Member> members = new ArrayList<>();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder connections = new LongAdder();
    private final LongAccumulator slowestRequest = new LongAccumulator(Math::max, 0);
    private final LongAccumulator slowestVisit = new LongAccumulator(Math::max, 0);
    private final LongAccumulator slowestStream = new LongAccumulator(Math::max, 0);
    private volatile boolean enough;

    /** How a client failed. */
    public enum Kind {
        /** nobody took its connection */
        REFUSED,
        /** its connection broke, or nothing came */
        DROPPED,
        /** something came that should not have come */
        WRONG
    }

    /** What happened to a client. */
    public record Failure(Kind kind, String text) {}

    /**
     * Times in milliseconds.
     *
     * @param request the slowest answer on a connection that was there
     * @param visit the slowest from connecting to the answer
     * @param stream the slowest stream
     */
    public record Slowest(long request, long visit, long stream) {}

    /** What a client does again and again. */
    @FunctionalInterface
    private interface Turn {
        void play() throws IOException;
    }

    /** What a client does in its life. */
    @FunctionalInterface
    private interface Life {
        void live(Member member, SplittableRandom random) throws IOException, InterruptedException;
    }

    /** One client: how often it has got what it wanted. */
    private static final class Member {
        private final int number;
        private final AtomicLong turns = new AtomicLong();
        private final Thread thread;

        Member(int number, String kind, Throng throng, Life life) {
            this.number = number;
            thread = Thread.ofVirtual().name(kind + " client " + number).unstarted(() -> throng.run(this, life));
        }
    }

    /** They begin at once. */
    public Throng(LoadTarget target) {
        this.target = target;
        for (int i = 0; i < ASKING; i++) {
            add("asking", this::ask);
        }
        for (LoadMode mode : STREAMING) {
            LoadWork work = LoadWork.streams(mode, STREAM).windows(LoadWork.DOWN_WINDOW, LoadWork.DOWN_WINDOW);
            add("streaming", (member, random) -> stream(member, random, work));
        }
        for (int i = 0; i < COMING; i++) {
            add("coming", this::come);
        }
        members.forEach(member -> member.thread.start());
    }

    private void add(String kind, Life life) {
        members.add(new Member(members.size(), kind, this, life));
    }

    private void run(Member member, Life life) {
        try {
            life.live(member, new SplittableRandom(member.number));
        } catch (IOException | ProtocolException e) {
            failures.add(new Failure(kind(e), Thread.currentThread().getName() + ", after " + member.turns.get()
                    + " turns: " + e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Kind kind(Exception e) {
        return switch (e) {
            case ConnectException refused -> Kind.REFUSED;
            case LoadFailure wrong -> Kind.WRONG;
            case ProtocolException wrong -> Kind.WRONG;
            default -> Kind.DROPPED;
        };
    }

    private LoadExchange connect(Member member, SplittableRandom random) throws IOException {
        connections.increment();
        return new LoadExchange(target.client(member.number), random);
    }

    private void ask(Member member, SplittableRandom random) throws IOException, InterruptedException {
        try (LoadExchange exchange = connect(member, random)) {
            while (!enough) {
                turn(member, slowestRequest, () -> exchange.echo(random.nextInt(LARGEST), random.nextBoolean()));
                Thread.sleep(random.nextInt(PAUSE_MILLIS));
            }
        }
    }

    private void stream(Member member, SplittableRandom random, LoadWork work) throws IOException {
        long down = work.mode() == LoadMode.UP ? 0 : work.streamBytes();
        long up = work.mode() == LoadMode.DOWN ? 0 : work.streamBytes();
        try (LoadExchange exchange = connect(member, random)) {
            while (!enough) {
                turn(member, slowestStream, () -> exchange.streams(down, up, work));
            }
        }
    }

    private void come(Member member, SplittableRandom random) throws IOException, InterruptedException {
        while (!enough) {
            turn(member, slowestVisit, () -> {
                try (LoadExchange exchange = connect(member, random)) {
                    exchange.echo(VISIT, false);
                }
            });
            Thread.sleep(random.nextInt(PAUSE_MILLIS));
        }
    }

    private static void turn(Member member, LongAccumulator slowest, Turn turn) throws IOException {
        long start = System.nanoTime();
        turn.play();
        slowest.accumulate(System.nanoTime() - start);
        member.turns.incrementAndGet();
    }

    /** Waits until each client has got what it asked for after this moment, or one has not. */
    public void awaitRound() {
        List<Long> before = members.stream().map(member -> member.turns.get()).toList();
        Await.until("all clients are served", SOON, () -> !failures.isEmpty() || haveTurned(before));
    }

    /** Twice each: what was under way began before. */
    private boolean haveTurned(List<Long> before) {
        return members.stream().allMatch(member -> member.turns.get() >= before.get(member.number) + 2);
    }

    /** Of clients that did not get what they wanted. */
    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** How many connections they have asked for. */
    long connections() {
        return connections.sum();
    }

    /** How often they have got what they wanted. */
    long turns() {
        return members.stream().mapToLong(member -> member.turns.get()).sum();
    }

    /** Since the last call. */
    public Slowest slowest() {
        return new Slowest(millis(slowestRequest), millis(slowestVisit), millis(slowestStream));
    }

    private static long millis(LongAccumulator nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getThenReset());
    }

    /** All finish what they are at, and leave. */
    @Override
    public void close() {
        enough = true;
        Await.until("clients end", SOON.plusSeconds(10),
                () -> members.stream().noneMatch(member -> member.thread.isAlive()));
    }
}
