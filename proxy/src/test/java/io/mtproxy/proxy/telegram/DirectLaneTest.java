package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's own connection to its data centre, on both loops. */
@ParameterizedClass
@ValueSource(strings = {"epoll", "nio"})
@Timeout(60)
class DirectLaneTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int RACE_MILLIS = 50;

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Counters counters = new Counters();
    private final SecretUse use = new SecretUse();
    private final ServerSocket centre = new ServerSocket(0, 100, HERE);
    private final EventLoop loop;
    private final Thread thread;
    private DirectCentres telegram;

    DirectLaneTest(String kind) throws IOException {
        loop = EventLoops.choose(kind).create(bugs::add);
        telegram = centres(3000, address(centre));
        thread = new Thread(loop::run);
        thread.start();
    }

    private DirectCentres centres(int connectMillis, InetSocketAddress... addresses) {
        return new DirectCentres(loop, new DirectSettings(new DataCentres(Map.of(2, List.of(addresses))), null,
                connectMillis, RACE_MILLIS, 10_000, Vias.none()), counters, events::add);
    }

    private static InetSocketAddress address(ServerSocket of) {
        return new InetSocketAddress(HERE, of.getLocalPort());
    }

    @AfterEach
    void end() throws Exception {
        centre.close();
        onLoop(telegram::shutDown);
        loop.stop();
        thread.join();
        loop.close();
        assertThat(bugs).isEmpty();
        assertThat(loop.buffers().chunksInUse()).isZero();
        assertThat(counters.get(Counter.DIRECT_SESSIONS)).isZero();
        assertThat(use.addresses()).isZero();
    }

    private void onLoop(Runnable task) throws Exception {
        FutureTask<Void> done = new FutureTask<>(task, null);
        loop.execute(done);
        done.get();
    }

    /** Collects what it is told. */
    private final class Client implements LaneClient {
        final BlockingQueue<CloseReason> ends = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> pauses = new LinkedBlockingQueue<>();
        final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
        Lane lane;

        Client(int dc) throws Exception {
            onLoop(() -> lane = telegram.open(this,
                    new Origin(dc, Transport.PADDED, new Endpoint(new byte[] {10, 0, 0, 1}, 7), Endpoint.NONE, use)));
        }

        void say(byte[] words) throws Exception {
            onLoop(() -> {
                byte[] b = new byte[EventLoop.HEADROOM + words.length];
                System.arraycopy(words, 0, b, EventLoop.HEADROOM, words.length);
                lane.forward(b, EventLoop.HEADROOM, words.length, false);
            });
        }

        void sayMoreThanTheKernelTakes() throws Exception {
            long[] held = new long[1];
            byte[] words = bytes(1 << 20);
            while (held[0] < 16 << 20) { // more than it would ever take at once
                say(words);
                onLoop(() -> held[0] = lane.held()); // behind the flush
            }
        }

        byte[] hear(int bytes) throws Exception {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (all.size() < bytes) {
                all.write(answers.take());
            }
            return all.toByteArray();
        }

        @Override
        public void answer(byte[] b, int off, int len) {
            answers.add(Arrays.copyOfRange(b, off, off + len));
        }

        @Override
        public void acknowledge(int confirm) {
            throw new AssertionError("acknowledgements are in the stream");
        }

        @Override
        public void pause(boolean paused) {
            pauses.add(paused);
        }

        @Override
        public void ended(CloseReason reason) {
            ends.add(reason);
        }
    }

    /** What a data centre sees: the header opened without a secret. */
    private static final class Served implements AutoCloseable {
        final Socket socket;
        final ObfuscatedHeader.Accepted header;

        Served(ServerSocket by) throws IOException {
            socket = by.accept();
            header = Objects.requireNonNull(
                    ObfuscatedHeader.accept(socket.getInputStream().readNBytes(ObfuscatedHeader.LENGTH), 0, List.of()));
        }

        byte[] read(int bytes) throws IOException {
            byte[] sealed = socket.getInputStream().readNBytes(bytes);
            byte[] plain = new byte[sealed.length];
            header.fromClient().apply(sealed, 0, sealed.length, plain, 0);
            return plain;
        }

        void write(byte[] words) throws IOException {
            byte[] sealed = new byte[words.length];
            header.toClient().apply(words, 0, words.length, sealed, 0);
            socket.getOutputStream().write(sealed);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] bytes(int count) {
        byte[] b = new byte[count];
        new Random(count).nextBytes(b);
        return b;
    }

    @Test
    void theStreamGoesThroughBothWaysUnderAHeaderOfOurOwn() throws Exception {
        Client client = new Client(-2);
        client.say(bytes(1000)); // before the way is found
        try (Served served = new Served(centre)) {
            assertThat(served.header.dc()).isEqualTo(-2);
            assertThat(served.header.transport()).isEqualTo(Transport.PADDED);
            assertThat(served.read(1000)).isEqualTo(bytes(1000));
            client.say(bytes(300_000));
            assertThat(served.read(300_000)).isEqualTo(bytes(300_000));
            served.write(bytes(200_001));
            assertThat(client.hear(200_001)).isEqualTo(bytes(200_001));
            assertThat(use.addresses()).isEqualTo(1);
        }
        assertThat(client.ends.take()).isIn(CloseReason.TELEGRAM_CLOSED, CloseReason.LINK_LOST);
    }

    @Test
    void whatTheClientSaidLastArrivesAndThenTheEnd() throws Exception {
        Client client = new Client(2);
        client.say(bytes(70_000));
        onLoop(client.lane::close);
        assertThat(counters.get(Counter.DIRECT_SESSIONS)).isZero();
        try (Served served = new Served(centre)) {
            served.write(bytes(500)); // nobody reads that any more
            assertThat(served.read(70_000)).isEqualTo(bytes(70_000));
            assertThat(served.socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(client.ends).isEmpty();
    }

    @Test
    void aCentreThatTakesNothingPausesTheClientUntilItDoes() throws Exception {
        Client client = new Client(2);
        try (Served served = new Served(centre)) {
            int said = 0;
            for (; client.pauses.isEmpty(); said += 100_000) {
                client.say(bytes(100_000));
            }
            assertThat(client.pauses.take()).isTrue();
            for (int i = 0; i < said / 100_000; i++) {
                assertThat(served.read(100_000)).isEqualTo(bytes(100_000));
            }
            assertThat(client.pauses.take()).isFalse();
        }
    }

    @Test
    void whereMemoryIsShortNothingIsKeptForWhoHasGone() throws Exception {
        Client client = new Client(2);
        try (Served served = new Served(centre)) {
            served.read(0);
            client.sayMoreThanTheKernelTakes();
            onLoop(client.lane::close);
            assertThat(loop.buffers().chunksInUse()).isPositive();
            onLoop(telegram::relieve);
            assertThat(loop.buffers().chunksInUse()).isZero();
        }
    }

    @Test
    void whoIsClosedForItsMemoryGivesItBackAtOnce() throws Exception {
        Client client = new Client(2);
        try (Served served = new Served(centre)) {
            served.read(0);
            client.sayMoreThanTheKernelTakes();
            onLoop(client.lane::drop);
            assertThat(loop.buffers().chunksInUse()).isZero();
        }
    }

    @Test
    void whoLeavesWithoutAWordCostsNothingMore() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, HERE)) {
            telegram = centres(3000, address(full));
            Client client = new Client(2);
            onLoop(client.lane::close);
            assertThat(loop.buffers().chunksInUse()).isZero();
        }
    }

    @Test
    void aClientThatTakesNothingIsReadNothingFor() throws Exception {
        Client client = new Client(2);
        try (Served served = new Served(centre)) {
            client.say(bytes(1));
            served.read(1);
            onLoop(() -> client.lane.hold(true));
            served.write(bytes(5000));
            onLoop(() -> {});
            onLoop(() -> {});
            assertThat(client.answers).isEmpty();
            onLoop(() -> client.lane.hold(false));
            assertThat(client.hear(5000)).isEqualTo(bytes(5000));
        }
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNextAndComesLastFromThenOn() throws Exception {
        ServerSocket gone = new ServerSocket(0, 1, HERE);
        gone.close();
        telegram = centres(3000, address(gone), address(centre));
        new Client(2).say(bytes(10));
        try (Served served = new Served(centre)) {
            assertThat(served.read(10)).isEqualTo(bytes(10));
        }
        new Client(2).say(bytes(10));
        new Served(centre).close();
        assertThat(counters.get(Counter.DIRECT_DIALS)).isEqualTo(3);
        assertThat(counters.get(Counter.DIRECT_DIALS_FAILED)).isEqualTo(1);
        assertThat(events).filteredOn(Event.CentreAddress.class::isInstance).hasSize(1);
    }

    @Test
    void whoFindsNoAddressIsEndedAndTheLogIsToldOnce() throws Exception {
        ServerSocket gone = new ServerSocket(0, 1, HERE);
        gone.close();
        telegram = centres(3000, address(gone));
        assertThat(new Client(2).ends.take()).isEqualTo(CloseReason.NO_LINK);
        assertThat(new Client(2).ends.take()).isEqualTo(CloseReason.NO_LINK);
        assertThat(events).filteredOn(Event.CentreUnreachable.class::isInstance).singleElement().asString()
                .contains("dc=2", HERE.getHostAddress() + ":" + gone.getLocalPort());
        try (ServerSocket back = new ServerSocket(gone.getLocalPort(), 10, HERE)) {
            new Client(2).say(bytes(10));
            new Served(back).close();
        }
        assertThat(events).contains(new Event.Reachable(2));
    }

    @Test
    void aDataCentreThatNobodyKnowsEndsTheClientAndTheLogIsToldOnce() throws Exception {
        assertThat(new Client(77).ends.take()).isEqualTo(CloseReason.UNKNOWN_CENTRE);
        assertThat(new Client(77).ends.take()).isEqualTo(CloseReason.UNKNOWN_CENTRE);
        assertThat(events).containsExactly(new Event.UnknownCentre(77));
        assertThat(counters.get(Counter.DIRECT_UNKNOWN)).isEqualTo(2);
    }

    @Test
    void aResetEndsTheClient() throws Exception {
        Client client = new Client(2);
        Served served = new Served(centre);
        served.socket.setSoLinger(true, 0);
        served.close();
        assertThat(client.ends.take()).isEqualTo(CloseReason.LINK_LOST);
    }
}
