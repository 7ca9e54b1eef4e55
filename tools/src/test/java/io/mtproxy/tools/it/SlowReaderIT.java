package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.Await;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read nothing share a link with clients that do. */
class SlowReaderIT {
    private static final int STREAMS = 200;
    private static final int REQUEST = 4000;
    /** Each stream wants so many answers per second: far from what the machine can do, so that only stalls cost any. */
    private static final int PER_SECOND = 10;
    /** As many as there are. */
    private static final int FULL_SPEED = 0;
    private static final int ROUNDS = 5;
    private static final Duration MEASURED = Duration.ofSeconds(6);
    /** At most: what slow readers cost the others they cost in each, while the machine's neighbours fall upon some. */
    private static final int TRIES = 3;

    @TempDir
    private Path directory;

    private static Backends.Plan plan() {
        return Backends.Plan.of(1).config("min_connections 1;\nmax_connections 1;\n")
                .service(new Floods(new LoadService()));
    }

    private static ClientConnection open(Backends backends) throws IOException {
        return ClientConnection.open(backends.target().client(1), new SplittableRandom());
    }

    /** Streams at a pace; counts what they get. */
    private static final class Streams implements AutoCloseable {
        private final LongAdder answers = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        private final long pauseNanos;
        private volatile boolean ended;

        Streams(Backends backends, int perSecond) {
            pauseNanos = perSecond == FULL_SPEED ? 0 : Duration.ofSeconds(1).dividedBy(perSecond).toNanos();
            for (int i = 0; i < STREAMS; i++) {
                int index = i;
                executor.submit(() -> stream(backends, index));
            }
            Await.until("all streams flow", Harness.SOON, () -> answers.sum() > 2 * STREAMS);
        }

        private void stream(Backends backends, int index) {
            try (LoadExchange client = new LoadExchange(backends.target().client(index), new SplittableRandom())) {
                long next = System.nanoTime();
                while (!ended) {
                    client.echo(REQUEST, false);
                    answers.increment();
                    long now = System.nanoTime();
                    next = Math.max(now, next + pauseNanos);
                    Thread.sleep(Duration.ofNanos(next - now));
                }
            } catch (IOException | InterruptedException e) {
                failures.increment();
            }
        }

        /** Answers within a while. */
        long measure(Duration span) throws InterruptedException {
            long before = answers.sum();
            Thread.sleep(span);
            return answers.sum() - before;
        }

        @Override
        public void close() {
            ended = true;
            executor.close();
        }
    }

    @Test
    void oneThatReadsNothingCostsTheOthersNothingAndEndsAtItsBound() throws Exception {
        try (Backends backends = plan().arguments("--cpu-threads", "1").serving(directory);
                Streams streams = new Streams(backends, PER_SECOND)) {
            int round = 0;
            long quiet;
            long slow;
            do {
                round++;
                quiet = streams.measure(MEASURED);
                try (ClientConnection nonReader = open(backends)) {
                    Floods.ask(nonReader, Integer.MAX_VALUE);
                    slow = streams.measure(MEASURED);
                    backends.proxy().awaitStat("closed_client_too_slow", round);
                }
            } while (slow < quiet * 9 / 10 && round < TRIES);
            assertThat(slow).as("answers beside it, %s without it", quiet).isGreaterThanOrEqualTo(quiet * 9 / 10);
            assertThat(streams.failures.sum()).isZero();
            for (String key : List.of("ingress_write_errors", "closed_dc_2_client_too_slow",
                    "secret_1_closed_client_too_slow")) {
                assertThat(backends.stat(key)).as(key).isEqualTo(round);
            }
            assertThat(backends.telegram(0).statistics().linksTotal()).as("the same link").isEqualTo(1);
        }
    }

    /**
     * Without a pace whatever else the machine does costs answers, so this is for a quiet one: {@code
     * -Dit.excluded=differential -Dit.test=SlowReaderIT}. The one that reads nothing gets as much as all streams together ask
     * for at the pace of the other test.
     */
    @Test
    @Tag("long")
    void oneThatReadsNothingCostsStreamsAtFullSpeedNextToNothing() throws Exception {
        try (Backends backends = plan().arguments("--cpu-threads", "1").serving(directory);
                Streams streams = new Streams(backends, FULL_SPEED)) {
            streams.measure(MEASURED); // until code is compiled
            double[] kept = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long quiet = streams.measure(MEASURED);
                try (ClientConnection nonReader = open(backends)) {
                    Floods.ask(nonReader, Integer.MAX_VALUE);
                    kept[i] = (double) streams.measure(MEASURED) / quiet;
                }
            }
            Arrays.sort(kept);
            assertThat(kept[ROUNDS / 2]).as("part of their rate that they keep, median of %s", Arrays.toString(kept))
                    .isGreaterThanOrEqualTo(0.9);
            assertThat(streams.failures.sum()).isZero();
            assertThat(backends.telegram(0).statistics().linksTotal()).as("the same link").isEqualTo(1);
        }
    }

    @Test
    void manyThatReadNothingAreClosedBeforeTheOthersStarve() throws Exception {
        int many = 6;
        try (Backends backends = plan().arguments("--cpu-threads", "1", "--msg-buffers-size", "24m").serving(directory);
                Streams streams = new Streams(backends, PER_SECOND)) {
            int round = 0;
            long quiet;
            long slow;
            do {
                round++;
                quiet = streams.measure(MEASURED);
                slow = besideNonReaders(backends, streams, many, many * round);
            } while (slow < quiet * 8 / 10 && round < TRIES);
            assertThat(backends.stat("closed_client_memory")).isPositive();
            assertThat(slow).as("answers beside them, %s without them", quiet).isGreaterThanOrEqualTo(quiet * 8 / 10);
            assertThat(streams.failures.sum()).isZero();
            assertThat(backends.stat("total_used_buffers_size")).isLessThan(24 << 20);
        }
    }

    /** Answers to the streams beside clients that read nothing; {@code ended} such clients have ended then. */
    private static long besideNonReaders(Backends backends, Streams streams, int many, int ended) throws Exception {
        List<ClientConnection> nonReaders = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            ClientConnection nonReader = open(backends);
            nonReaders.add(nonReader);
            Floods.ask(nonReader, Integer.MAX_VALUE);
        }
        long answers = streams.measure(MEASURED);
        Await.until("all of them are closed", Harness.SOON,
                () -> backends.stat("closed_client_too_slow") + backends.stat("closed_client_memory") == ended);
        for (ClientConnection nonReader : nonReaders) {
            nonReader.close();
        }
        return answers;
    }

    @Test
    void whoseHalfSentPacketsHoldMemoryGoBeforeSlowReaders() throws Exception {
        List<RawClient> hoarders = new ArrayList<>();
        try (Backends backends = plan().arguments("--cpu-threads", "1", "--msg-buffers-size", "16m").serving(directory);
                ClientConnection slowReader = open(backends)) {
            Await.until("something waits for the slow reader", Harness.SOON, () -> {
                Floods.ask(slowReader, 1);
                return backends.stat("total_used_buffers_size") > 1 << 20;
            });
            byte[] half = new byte[600_000];
            Bytes.putInt32(half, 0, 1_000_000);
            for (int i = 0; i < 12; i++) {
                RawClient hoarder = new RawClient(backends.proxy().address(), Transport.INTERMEDIATE, World.KEY);
                hoarders.add(hoarder);
                hoarder.send(half); // twelve hold less than the bound, and more than half of it
            }
            Await.until("some of them go", Harness.SOON, () -> backends.stat("closed_client_memory") > 3
                    && backends.stat("total_used_buffers_size") <= 8 << 20);
            assertThat(backends.stat("ext_connections")).as("the slow reader, who alone has got so far").isEqualTo(1);
        } finally {
            for (RawClient hoarder : hoarders) {
                hoarder.close();
            }
        }
    }
}
