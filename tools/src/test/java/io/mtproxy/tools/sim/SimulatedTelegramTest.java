package io.mtproxy.tools.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.sim.SimulatedTelegram.Options;
import io.mtproxy.tools.sim.mtproto.ServerKey;
import io.mtproxy.tools.sim.mtproto.TestClient;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.rpc.ProxyRequest;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatedTelegramTest {
    private static final int ABRIDGED = 0x40021000;
    private static final PacketService ECHO = (session, packet) -> {
        session.answer(packet);
        return true;
    };

    private final Options options = Options.defaults();
    private SimulatedTelegram telegram;

    @AfterEach
    void stop() {
        if (telegram != null) {
            telegram.close();
        }
    }

    private SimulatedTelegram start(Options chosen) throws IOException {
        telegram = SimulatedTelegram.start(chosen);
        return telegram;
    }

    @Test
    void handsPacketsToTheServiceWithWhatTheProxyTells() throws Exception {
        BlockingQueue<SimulatedSession> sessions = new LinkedBlockingQueue<>();
        start(options.service((session, packet) -> {
            session.attachment(StringBuilder.class, StringBuilder::new).append(packet.length).append(' ');
            sessions.add(session);
            return true;
        }));
        byte[] tag = new byte[16];
        new Random(1).nextBytes(tag);
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED, 0x1234567890L, new byte[56], tag);
            proxy.request(ABRIDGED, 0x1234567890L, new byte[60], tag);
            SimulatedSession session = sessions.poll(10, TimeUnit.SECONDS);
            assertThat(session).isSameAs(sessions.poll(10, TimeUnit.SECONDS));
            assertThat(session.id()).isEqualTo(0x1234567890L);
            assertThat(session.flags()).isEqualTo(ABRIDGED | ProxyRequest.FLAG_TAG);
            assertThat(session.tag()).isEqualTo(tag);
            assertThat(session.clientAddress()).endsWith(0xff, 0xff, 10, 1, 2, 3);
            assertThat(session.clientPort()).isEqualTo(4321);
            assertThat(session.attachment(StringBuilder.class, StringBuilder::new)).hasToString("56 60 ");
        }
        assertThat(telegram.statistics().requestsAbridged()).isEqualTo(2);
    }

    @Test
    void forgetsAClientThatTheProxyCloses() throws Exception {
        CompletableFuture<SimulatedSession> seen = new CompletableFuture<>();
        start(options.service((session, packet) -> seen.complete(session)));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED, 7, new byte[56]);
            SimulatedSession session = seen.get(10, TimeUnit.SECONDS);
            assertThat(telegram.statistics().sessionsNow()).isEqualTo(1);
            byte[] close = new byte[12];
            RpcMessages.closeConn(close, 0, 7);
            proxy.send(close);
            Conditions.await("the session is over", session::closed);
            Conditions.await("the session is forgotten", () -> telegram.statistics().sessionsNow() == 0);
            assertThat(telegram.statistics().closesByProxy()).isEqualTo(1);
        }
    }

    @Test
    void closesAClientAndIgnoresWhatWasOnItsWay() throws Exception {
        start(options.service((session, packet) -> {
            if (packet[0] == 1) {
                session.closeExt();
                return true;
            }
            session.answer(packet);
            return true;
        }));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            byte[] last = new byte[56];
            last[0] = 1;
            proxy.request(ABRIDGED, 7, last);
            proxy.request(ABRIDGED, 7, new byte[56]);
            proxy.request(ABRIDGED, 8, new byte[60]);
            byte[] close = proxy.receive();
            assertThat(RpcMessages.type(close, 0)).isEqualTo(RpcType.CLOSE_EXT);
            assertThat(RpcMessages.shortId(close, 0)).isEqualTo(7);
            assertThat(proxy.answer(8)).hasSize(60);
            assertThat(telegram.statistics().sessionsNow()).isEqualTo(1);
        }
    }

    @Test
    void refusesClientsAboveItsBound() throws Exception {
        start(options.maxSessions(1).service(ECHO));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
            proxy.request(ABRIDGED, 2, new byte[56]);
            assertThat(RpcMessages.type(proxy.receive(), 0)).isEqualTo(RpcType.CLOSE_EXT);
        }
    }

    @Test
    void answersPingsAndSendsThem() throws IOException {
        start(options);
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            byte[] ping = new byte[12];
            RpcMessages.ping(ping, 0, 99);
            proxy.send(ping);
            byte[] pong = proxy.receive();
            assertThat(RpcMessages.type(pong, 0)).isEqualTo(RpcType.PONG);
            assertThat(RpcMessages.shortId(pong, 0)).isEqualTo(99);

            telegram.ping(-5);
            byte[] theirs = proxy.receive();
            assertThat(RpcMessages.type(theirs, 0)).isEqualTo(RpcType.PING);
            byte[] answer = new byte[12];
            RpcMessages.pong(answer, 0, theirs, 0);
            proxy.send(answer);
            Conditions.await("the pong came", () -> telegram.statistics().pongsReceived() == 1);
        }
    }

    @Test
    void acknowledgesQuicklyWhatTheServiceHandled() throws IOException {
        start(options.service((session, packet) -> true));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED | ProxyRequest.FLAG_QUICK_ACK, 3, new byte[56]);
            byte[] ack = proxy.receive();
            assertThat(RpcMessages.type(ack, 0)).isEqualTo(RpcType.SIMPLE_ACK);
            assertThat(RpcMessages.shortId(ack, 0)).isEqualTo(3);
            assertThat(RpcMessages.confirm(ack, 0)).isNegative();
        }
    }

    @Test
    void carriesTheLargestPacketBothWays() throws IOException {
        start(options.service(ECHO));
        byte[] packet = new byte[1_044_480];
        new Random(2).nextBytes(packet);
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            // in a thread of its own: nobody reads the answer before the whole request is written
            Thread.ofVirtual().start(() -> {
                try {
                    proxy.request(ABRIDGED, 1, packet);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(proxy.answer(1)).isEqualTo(packet);
        }
    }

    @Test
    void manyThreadsAnswerOnOneLinkAndNothingIsLost() throws IOException {
        int threads = 20;
        int each = 500;
        start(options.service((session, packet) -> {
            Thread.ofVirtual().start(() -> {
                byte[] data = new byte[400];
                for (int i = 0; i < each; i++) {
                    Bytes.putInt32(data, 0, i);
                    session.answer(data);
                }
            });
            return true;
        }));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            for (int id = 0; id < threads; id++) {
                proxy.request(ABRIDGED, id, new byte[56]);
            }
            int[] next = new int[threads];
            for (int i = 0; i < threads * each; i++) {
                byte[] payload = proxy.receive();
                int id = (int) RpcMessages.answerId(payload, 0);
                assertThat(Bytes.int32(payload, 16)).isEqualTo(next[id]++);
            }
            assertThat(next).containsOnly(each);
        }
        assertThat(telegram.statistics().answers()).isEqualTo(threads * each);
    }

    @Test
    void dropsLinksAndWelcomesNewOnes() throws IOException {
        start(options.service(ECHO));
        try (FakeProxy one = FakeProxy.connect(telegram); FakeProxy two = FakeProxy.connect(telegram)) {
            for (long id : LongStream.range(0, 10).toArray()) {
                one.request(ABRIDGED, id, new byte[56]);
                one.answer(id);
            }
            telegram.dropLinks();
            assertThat(one.ended()).isTrue();
            assertThat(two.ended()).isTrue();
        }
        Conditions.await("no links, no sessions",
                () -> telegram.statistics().linksNow() == 0 && telegram.statistics().sessionsNow() == 0);
        try (FakeProxy again = FakeProxy.connect(telegram)) {
            again.request(ABRIDGED, 1, new byte[56]);
            assertThat(again.answer(1)).hasSize(56);
        }
    }

    @Test
    void closesALinkThatBreaksTheProtocol() throws IOException {
        start(options);
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            Conditions.await("the link is up", () -> telegram.statistics().linksNow() == 1);
            proxy.send(new byte[12], 1);
            assertThat(proxy.ended()).isTrue();
        }
        Conditions.await("counted", () -> telegram.statistics().linksBroken() == 1);
    }

    @Test
    void closesAClientWhosePacketMakesNoSense() throws IOException {
        start(options);
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED | ProxyRequest.FLAG_UNENCRYPTED, 1, new byte[40]);
            assertThat(RpcMessages.type(proxy.receive(), 0)).isEqualTo(RpcType.CLOSE_EXT);
        }
        assertThat(telegram.statistics().requestsRejected()).isEqualTo(1);
    }

    @Test
    void servesAClientOfMtprotoAndAcknowledgesItQuickly() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        start(options.rsa(rsa));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            TestClient client = new TestClient(new ServerKey(rsa), packet -> exchange(proxy, packet)).exchangeKey();
            byte[] query = client.configQuery();
            proxy.request(ABRIDGED | ProxyRequest.FLAG_QUICK_ACK, 5, query);
            byte[] ack = proxy.receive();
            assertThat(RpcMessages.type(ack, 0)).isEqualTo(RpcType.SIMPLE_ACK);
            assertThat(RpcMessages.confirm(ack, 0)).isEqualTo(client.confirm(query));
            assertThat(proxy.answer(5)).as("new session").hasSizeGreaterThan(56);
            assertThat(proxy.answer(5)).as("config").hasSizeGreaterThan(200);
        }
        assertThat(telegram.statistics().keysMade()).isEqualTo(1);
        assertThat(telegram.statistics().queries()).isEqualTo(1);
        assertThat(telegram.statistics().requestsUnencrypted()).isEqualTo(telegram.statistics().requests() - 1);
    }

    private static List<byte[]> exchange(FakeProxy proxy, byte[] packet) {
        try {
            proxy.request(ABRIDGED | ProxyRequest.FLAG_UNENCRYPTED, 5, packet);
            return List.of(proxy.answer(5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tellsThatAKeyIsUnknown() throws IOException {
        start(options);
        byte[] packet = new byte[56];
        packet[0] = 1;
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED, 1, packet);
            assertThat(Bytes.int32(proxy.answer(1), 0)).isEqualTo(-404);
        }
    }
}
