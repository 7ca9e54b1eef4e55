package io.mtproxy.tools.sim.mtproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Digests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class MtprotoConnectionTest {
    private static final ServerKey KEY = ServerKey.generate();
    private static final byte[] GET_CONFIG = Replies.constructor(Tl.HELP_GET_CONFIG);

    private static final MtprotoServer SERVER = new MtprotoServer(() -> KEY, InstantSource.system(),
            MtprotoListener.NONE);
    private static final TestClient FIRST = new TestClient(KEY, through(SERVER.connect())).exchangeKey();

    private MtprotoConnection connection = SERVER.connect();
    private final TestClient client = FIRST.another(packet -> connection.receive(packet).packets());

    private static Function<byte[], List<byte[]>> through(MtprotoConnection connection) {
        return packet -> connection.receive(packet).packets();
    }

    @Test
    void announcesANewSessionOnceAndAnswers() {
        List<EncryptedMessage> first = client.query(ping(5));
        assertThat(first).hasSize(2).allSatisfy(message -> assertThat(message.session()).isEqualTo(client.session));
        TlReader created = new TlReader(first.get(0).body());
        created.expect(Tl.NEW_SESSION_CREATED);
        assertThat(created.int64()).isEqualTo(client.lastId());
        assertThat(first.get(0).id() & 3).isEqualTo(3);
        assertPong(first.get(1), client.lastId(), 5);
        assertThat(first.get(1).id() & 3).isEqualTo(1);

        List<EncryptedMessage> second = client.query(ping(6));
        assertThat(second).hasSize(1);
        assertThat(second.getFirst().id()).isGreaterThan(first.get(1).id());
    }

    @Test
    void goesOnAfterAReconnect() {
        client.query(ping(1));
        connection = SERVER.connect();
        assertThat(client.query(ping(2))).hasSize(1);
    }

    @Test
    void countsSequenceNumbersOfWhatIsToBeAcknowledged() {
        assertThat(client.query(GET_CONFIG)).extracting(EncryptedMessage::sequence).containsExactly(1, 3);
        assertThat(client.query(ping(1))).extracting(EncryptedMessage::sequence).containsExactly(4);
        assertThat(client.query(GET_CONFIG)).extracting(EncryptedMessage::sequence).containsExactly(5);
    }

    @Test
    void answersPingWithDisconnectAndSalts() {
        client.query(ping(1));
        byte[] delayed = new TlWriter().int32(Tl.PING_DELAY_DISCONNECT).int64(9).int32(75).toBytes();
        assertPong(client.query(delayed).getFirst(), client.lastId(), 9);

        byte[] salts = client.query(new TlWriter().int32(Tl.GET_FUTURE_SALTS).int32(8).toBytes()).getFirst().body();
        TlReader in = new TlReader(salts);
        in.expect(Tl.FUTURE_SALTS);
        assertThat(in.int64()).isEqualTo(client.lastId());
        int now = in.int32();
        assertThat(in.int32()).isEqualTo(1);
        assertThat(in.int32()).isLessThanOrEqualTo(now);
        assertThat(in.int32()).isGreaterThan(now);
    }

    @Test
    void answersTheConfigThroughAllWrappers() {
        byte[] json = new TlWriter().int32(Tl.JSON_OBJECT).int32(Tl.VECTOR).int32(1).int32(Tl.JSON_OBJECT_VALUE)
                .string("tz_offset").int32(Tl.JSON_ARRAY).int32(Tl.VECTOR).int32(3).int32(Tl.JSON_NUMBER).int64(0)
                .int32(Tl.JSON_NULL).int32(Tl.JSON_STRING).string("x").toBytes();
        byte[] wrapped = new TlWriter().int32(Tl.INVOKE_WITH_LAYER).int32(198).int32(Tl.INIT_CONNECTION).int32(3)
                .int32(6).string("device").string("system").string("1.0").string("en").string("").string("en")
                .int32(Tl.INPUT_CLIENT_PROXY).string("127.0.0.1").int32(443).raw(json).int32(Tl.INVOKE_WITHOUT_UPDATES)
                .int32(Tl.INVOKE_AFTER_MSG).int64(1).raw(GET_CONFIG).toBytes();
        TlReader in = result(client.query(wrapped));
        in.expect(Tl.CONFIG);
    }

    @Test
    void answersNearestDcInAGzipInAContainerWithAnAcknowledgement() throws IOException {
        byte[] packed = new TlWriter().int32(Tl.GZIP_PACKED).bytes(gzip(Replies.constructor(Tl.HELP_GET_NEAREST_DC)))
                .toBytes();
        byte[] ack = new TlWriter().int32(Tl.MSGS_ACK).int32(Tl.VECTOR).int32(1).int64(1).toBytes();
        long queryId = client.nextId();
        byte[] container = new TlWriter().int32(Tl.MSG_CONTAINER).int32(2).int64(queryId).int32(1).int32(packed.length)
                .raw(packed).int64(client.nextId()).int32(2).int32(ack.length).raw(ack).toBytes();
        List<EncryptedMessage> answers = client.query(container);
        assertThat(answers).hasSize(2);
        TlReader in = new TlReader(answers.getLast().body());
        in.expect(Tl.RPC_RESULT);
        assertThat(in.int64()).isEqualTo(queryId);
        in.expect(Tl.NEAREST_DC);
        assertThat(in.string()).isEqualTo("NL");
        assertThat(in.int32()).isEqualTo(2);
    }

    @Test
    void opensZlibToo() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(GET_CONFIG);
        }
        byte[] query = new TlWriter().int32(Tl.GZIP_PACKED).bytes(packed.toByteArray()).toBytes();
        result(client.query(query)).expect(Tl.CONFIG);
    }

    @Test
    void refusesOtherQueriesAsTelegramDoes() {
        TlReader in = result(client.query(Replies.constructor(0x12345678)));
        in.expect(Tl.RPC_ERROR);
        assertThat(in.int32()).isEqualTo(400);
        assertThat(in.string()).isEqualTo("INPUT_METHOD_INVALID");
    }

    @Test
    void bindsTemporaryKeys() {
        byte[] bind = new TlWriter().int32(Tl.AUTH_BIND_TEMP_AUTH_KEY).int64(1).int64(2).int32(3).bytes(new byte[104])
                .toBytes();
        result(client.query(bind)).expect(Tl.BOOL_TRUE);
    }

    @Test
    void opensPacketsWithPaddingOfTheTransportBehind() {
        byte[] packet = client.packet(ping(3));
        for (int extra = 0; extra < 16; extra += 4) {
            List<EncryptedMessage> answers = client
                    .open(connection.receive(Arrays.copyOf(packet, packet.length + extra))
                            .packets());
            assertPong(answers.getLast(), client.lastId(), 3);
        }
    }

    @Test
    void confirmsByTheHashBehindTheMessageKey() {
        byte[] packet = client.packet(ping(3));
        byte[] encrypted = Numbers.part(packet, 24, packet.length - 24);
        MessageKeys keys = MessageKeys.derive(client.key.key(), Numbers.part(packet, 8, 16), MessageKeys.Writer.CLIENT);
        byte[] hash = Digests.sha256(Numbers.part(client.key.key(), 88, 32),
                AesIge.decrypt(encrypted, keys.key(), keys.iv()));
        assertThat(connection.receive(packet).confirm()).isEqualTo(new TlReader(hash).int32() | 0x80000000);
    }

    @Test
    void saysThatItDoesNotKnowAKey() {
        byte[] packet = client.packet(ping(3));
        packet[0] ^= 1;
        assertThat(connection.receive(packet).packets()).containsExactly(new byte[] {0x6c, (byte) 0xfe, -1, -1});
    }

    @Test
    void refusesWhatWasChangedOnTheWay() {
        byte[] packet = client.packet(ping(3));
        packet[packet.length - 1] ^= 1;
        assertThatThrownBy(() -> connection.receive(packet)).isInstanceOf(ProtocolException.class)
                .hasMessageContaining("message key");
    }

    @Test
    void refusesMessagesInMessagesWithoutEnd() throws IOException {
        byte[] body = ping(1);
        for (int i = 0; i < 10; i++) {
            body = new TlWriter().int32(Tl.GZIP_PACKED).bytes(gzip(body)).toBytes();
        }
        byte[] packet = client.packet(body);
        assertThatThrownBy(() -> connection.receive(packet)).isInstanceOf(ProtocolException.class);
        byte[] bomb = client.packet(new TlWriter().int32(Tl.GZIP_PACKED).bytes(gzip(new byte[2 << 20])).toBytes());
        assertThatThrownBy(() -> connection.receive(bomb)).isInstanceOf(ProtocolException.class)
                .hasMessageContaining("more than 1048576");
    }

    private TlReader result(List<EncryptedMessage> answers) {
        TlReader in = new TlReader(answers.getLast().body());
        in.expect(Tl.RPC_RESULT);
        assertThat(in.int64()).isEqualTo(client.lastId());
        return in;
    }

    private static void assertPong(EncryptedMessage message, long request, long ping) {
        TlReader in = new TlReader(message.body());
        in.expect(Tl.PONG);
        assertThat(in.int64()).isEqualTo(request);
        assertThat(in.int64()).isEqualTo(ping);
    }

    private static byte[] ping(long id) {
        return new TlWriter().int32(Tl.PING).int64(id).toBytes();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
