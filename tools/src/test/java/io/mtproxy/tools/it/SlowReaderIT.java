package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read nothing share a link with clients that do. */
class SlowReaderIT {
    private static final int STREAMS = 200;
    private static final int REQUEST = 4000;
    /** Each stream wants so many answers per second: far from what the machine can do, so that only stalls cost any. */
    private static final int PER_SECOND = 10;
    private static final Duration MEASURED = Duration.ofSeconds(6);
    /** At most: what slow readers cost the others they cost in each, while the machine's neighbours fall upon some. */
    private static final int ROUNDS = 3;
    private static final int FLOOD_CHUNK = 128 << 10;
    /** Between two chunks: the link has room for the others. */
    private static final int FLOOD_MILLIS = 30;
    /** The first bytes of a packet that asks for a flood. */
    private static final long FLOOD = 0x0f100d;

    @TempDir
    private Path directory;

    /** Answers load; who asks for a flood gets as many answers as it wants. */
    private record Floods(PacketService load) implements PacketService {
        @Override
        public boolean packet(SimulatedSession session, byte[] packet) throws IOException {
            if (Bytes.int64(packet, 0) != FLOOD) {
                return load.packet(session, packet);
            }
            int chunks = Bytes.int32(packet, 8);
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < chunks && !session.closed(); i++) {
                    session.answer(new byte[FLOOD_CHUNK]);
                    pause(FLOOD_MILLIS);
                }
            });
            return true;
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Backends.Plan plan() {
        return Backends.Plan.of(1).config("min_connections 1;\nmax_connections 1;\n")
                .service(new Floods(new LoadService()));
    }

    private static ClientConnection open(Backends backends) throws IOException {
        return ClientConnection.open(backends.target().client(1), new SplittableRandom());
    }

    private static void ask(ClientConnection client, int chunks) throws IOException {
        byte[] packet = new byte[64];
        Bytes.putInt64(packet, 0, FLOOD);
        Bytes.putInt32(packet, 8, chunks);
        client.send(packet, packet.length, false);
    }

    /** Streams at their own pace; counts what they get. */
    private static final class Streams implements AutoCloseable {
        private final LongAdder answers = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        private volatile boolean ended;

        Streams(Backends backends) {
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
                    next = Math.max(now, next + Duration.ofSeconds(1).dividedBy(PER_SECOND).toNanos());
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
                Streams streams = new Streams(backends)) {
            int round = 0;
            long quiet;
            long slow;
            do {
                round++;
                quiet = streams.measure(MEASURED);
                try (ClientConnection nonReader = open(backends)) {
                    ask(nonReader, Integer.MAX_VALUE);
                    slow = streams.measure(MEASURED);
                    backends.proxy().awaitStat("closed_client_too_slow", round);
                }
            } while (slow < quiet * 9 / 10 && round < ROUNDS);
            assertThat(slow).as("answers beside it, %s without it", quiet).isGreaterThanOrEqualTo(quiet * 9 / 10);
            assertThat(streams.failures.sum()).isZero();
            for (String key : List.of("ingress_write_errors", "closed_dc_2_client_too_slow",
                    "secret_1_closed_client_too_slow")) {
                assertThat(backends.stat(key)).as(key).isEqualTo(round);
            }
            assertThat(backends.telegram(0).statistics().linksTotal()).as("the same link").isEqualTo(1);
        }
    }

    @Test
    void manyThatReadNothingAreClosedBeforeTheOthersStarve() throws Exception {
        int many = 6;
        try (Backends backends = plan().arguments("--cpu-threads", "1", "--msg-buffers-size", "24m").serving(directory);
                Streams streams = new Streams(backends)) {
            int round = 0;
            long quiet;
            long slow;
            do {
                round++;
                quiet = streams.measure(MEASURED);
                slow = besideNonReaders(backends, streams, many, many * round);
            } while (slow < quiet * 8 / 10 && round < ROUNDS);
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
            ask(nonReader, Integer.MAX_VALUE);
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
                ask(slowReader, 1);
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
