package io.mtproxy.proxy.client;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.DeafLoop;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.telegram.FarEnd;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordSizes;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way of a packet through the proxy, without the kernel: from what a socket gave to what one takes, with every check
 * and counter. Eight packets come in a read, which is an iteration of the loop; figures are per packet. What client and middle
 * proxy do is done before the clock starts.
 */
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SessionBenchmark {
    private static final int READS = 4;
    private static final int PACKETS = 8;
    private static final byte[] SECRET = new byte[16];

    /** A client in a session, and its reads to come. */
    @State(Scope.Thread)
    public abstract static class Reads {
        /** Bytes of payload; of the largest, eight just fit into a read. */
        @Param({"256", "1400", "16000"})
        public int size;

        /** Whether the client comes in fake TLS. */
        @Param({"false", "true"})
        public boolean tls;

        final DeafLoop loop = new DeafLoop();
        final Counters counters = new Counters();
        final FarEnd telegram = new FarEnd(loop, counters);
        final byte[][] reads = new byte[READS][EventLoop.HEADROOM + EventLoop.READ_SIZE];
        final int[] lengths = new int[READS];
        private final Clients clients = new Clients(loop, ClientSettings.defaults(false, 1, 1 << 28),
                new Secrets(List.of(SECRET)), List.of(new SecretUse()), new SecretHints(), new RateLimit(0),
                new ConnectionLimit(0), telegram, null, counters);
        private final ObfuscatedHeader.Created header = ObfuscatedHeader.create(Transport.PADDED, 2, SECRET,
                new SplittableRandom(1));
        private final RecordWriter records = new RecordWriter(RecordSizes.fixed(2878), new SplittableRandom(1));
        private final byte[] plain = new byte[EventLoop.READ_SIZE];
        final ClientConnection client = new ClientConnection(clients, Endpoint.NONE);
        private long prepared;

        /** Opens the session; its first packet chooses the link. */
        @Setup
        public void open() {
            clients.reserve(loop);
            loop.give(client);
            client.connected();
            client.open(Objects.requireNonNull(ObfuscatedHeader.accept(header.bytes(), 0, List.of(SECRET))),
                    tls ? RecordReader.fromClient() : null, reads[0], EventLoop.HEADROOM, 0);
            fromClient(0);
            client.data(reads[0], EventLoop.HEADROOM, lengths[0]);
            loop.iterate();
            counters.add(count(), PACKETS - counters.get(count()));
            prepared = PACKETS;
        }

        /** What is counted once per packet. */
        abstract Counter count();

        /** Makes the next read. */
        abstract void prepare(int read);

        /** Makes the reads of an invocation. */
        @Setup(Level.Invocation)
        public void prepare() {
            for (int i = 0; i < READS; i++) {
                prepare(i);
            }
            prepared += (long) READS * PACKETS;
        }

        /** No packet was lost. */
        @TearDown
        public void check() {
            if (counters.get(count()) != prepared || !client.isOpen()) {
                throw new IllegalStateException(counters.get(count()) + " packets, expected " + prepared);
            }
        }

        final void fromClient(int read) {
            int at = 0;
            for (int i = 0; i < PACKETS; i++) {
                at += PacketHeader.encode(Transport.PADDED, size, false, plain, at + PacketHeader.MAX_PREFIX);
                Arrays.fill(plain, at, at + size, (byte) (i + 1));
                at += size;
            }
            AesCtr stream = header.toProxy();
            if (tls) {
                lengths[read] = inRecords(stream, at, reads[read]) - EventLoop.HEADROOM;
            } else {
                stream.apply(plain, 0, at, reads[read], EventLoop.HEADROOM);
                lengths[read] = at;
            }
        }

        private int inRecords(AesCtr stream, int length, byte[] dst) {
            int position = EventLoop.HEADROOM;
            for (int done = 0; done < length;) {
                if (records.room() == 0) {
                    records.seal(dst);
                    position = records.open(position);
                }
                int n = Math.min(length - done, records.room());
                stream.apply(plain, done, n, dst, position);
                records.added(n);
                position += n;
                done += n;
            }
            records.seal(dst);
            return position;
        }
    }

    /** Packets of the client. */
    public static class FromClient extends Reads {
        @Override
        Counter count() {
            return Counter.QUERIES_FORWARDED;
        }

        @Override
        void prepare(int read) {
            fromClient(read);
        }
    }

    /** Answers of Telegram. */
    public static class FromTelegram extends Reads {
        @Override
        Counter count() {
            return Counter.ANSWERS_FORWARDED;
        }

        @Override
        void prepare(int read) {
            lengths[read] = telegram.answers(PACKETS, size, reads[read], EventLoop.HEADROOM);
        }
    }

    /** A packet of a client becomes a frame on a link. */
    @Benchmark
    @OperationsPerInvocation(READS * PACKETS)
    public long upload(FromClient state) {
        for (int i = 0; i < READS; i++) {
            state.client.data(state.reads[i], EventLoop.HEADROOM, state.lengths[i]);
            state.loop.iterate();
        }
        return state.loop.written();
    }

    /** A frame on a link becomes a packet for a client. */
    @Benchmark
    @OperationsPerInvocation(READS * PACKETS)
    public long download(FromTelegram state) {
        for (int i = 0; i < READS; i++) {
            state.telegram.hear(state.reads[i], EventLoop.HEADROOM, state.lengths[i]);
            state.loop.iterate();
        }
        return state.loop.written();
    }
}
