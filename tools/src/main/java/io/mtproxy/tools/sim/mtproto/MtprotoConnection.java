package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.tools.sim.mtproto.MessageKeys.Writer;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** One client connection: packets of the client in, packets for the client out. One thread at a time. */
public final class MtprotoConnection {
    private static final int PLAIN_HEAD = 20; // auth_key_id 0, message id, length
    private static final int MAX_UNPACKED = 1 << 20;
    private static final int MAX_CONTAINER = 1020;
    private static final int MAX_DEPTH = 3;
    private static final byte GZIP_MAGIC = 0x1f;
    private static final int UNKNOWN_KEY = -404;

    private final MtprotoServer server;
    private final Replies replies;
    private @Nullable KeyExchange exchange;

    /**
     * What follows from one packet.
     *
     * @param packets to be sent to the client in this order
     * @param confirm the number of a quick acknowledgement, which goes first when the client wants one; 0 for none
     * @param close true when the client has to be disconnected, to begin again
     */
    public record Outcome(List<byte[]> packets, int confirm, boolean close) {}

    MtprotoConnection(MtprotoServer server) {
        this.server = server;
        replies = server.replies();
    }

    /**
     * Takes one packet of the client, as it came out of the transport (whole words of padding may follow the message).
     *
     * @throws ProtocolException for packets that no honest client sends
     */
    public Outcome receive(byte[] packet) {
        long keyId = new TlReader(packet).int64();
        if (keyId == 0) {
            return plain(packet);
        }
        AuthKey key = server.authKeys().find(keyId);
        if (key == null) {
            return new Outcome(List.of(new TlWriter().int32(UNKNOWN_KEY).toBytes()), 0, false);
        }
        EncryptedMessage message = EncryptedMessage.open(packet, key, Writer.CLIENT);
        List<byte[]> packets = new ArrayList<>();
        new Turn(key, message, packets).run();
        return new Outcome(packets, message.confirm(), false);
    }

    private Outcome plain(byte[] packet) {
        TlReader in = new TlReader(packet);
        in.raw(16);
        byte[] body = in.raw(in.int32());
        KeyExchange current = exchange;
        if (current == null) {
            current = server.exchange();
            exchange = current;
        }
        byte[] answer = current.answer(body);
        if (answer.length == 0) {
            return new Outcome(List.of(), 0, true);
        }
        byte[] reply = new TlWriter().int64(0).int64(server.messageIds().answer()).int32(answer.length).raw(answer)
                .toBytes();
        // any number will do: nobody defines one for unencrypted messages
        return new Outcome(List.of(reply), new TlReader(packet, PLAIN_HEAD, 4).int32() | 0x8000_0000, false);
    }

    /** The work on one encrypted packet. */
    private final class Turn {
        private final AuthKey key;
        private final EncryptedMessage message;
        private final List<byte[]> packets;

        Turn(AuthKey key, EncryptedMessage message, List<byte[]> packets) {
            this.key = key;
            this.message = message;
            this.packets = packets;
        }

        void run() {
            if (key.open(message.session())) {
                send(Replies.newSession(message.id(), server.random().nextLong(), key.salt()),
                        server.messageIds().notice(), true);
            }
            handle(message.id(), message.body(), 0);
        }

        private void handle(long id, byte[] body, int depth) {
            if (depth > MAX_DEPTH) {
                throw new ProtocolException(Kind.MESSAGE, "messages in messages, deeper than " + MAX_DEPTH);
            }
            TlReader in = new TlReader(body);
            int constructor = in.int32();
            switch (constructor) {
                case Tl.MSG_CONTAINER -> container(in, depth);
                case Tl.GZIP_PACKED -> handle(id, unpack(in.bytes()), depth + 1);
                case Tl.MSGS_ACK, Tl.HTTP_WAIT, Tl.MSGS_ALL_INFO, Tl.MSG_RESEND_REQ, Tl.MSGS_STATE_INFO -> {
                }
                case Tl.PING, Tl.PING_DELAY_DISCONNECT -> service(constructor, Replies.pong(id, in.int64()));
                case Tl.GET_FUTURE_SALTS -> service(constructor, replies.futureSalts(id, key.salt()));
                case Tl.MSGS_STATE_REQ -> service(constructor, Replies.states(id, in.vector(8)));
                case Tl.DESTROY_SESSION -> service(constructor, destroy(in.int64()));
                default -> query(id, constructor, in);
            }
        }

        private void container(TlReader in, int depth) {
            int count = in.count(16);
            if (count > MAX_CONTAINER) {
                throw new ProtocolException(Kind.MESSAGE, "container of " + count + ", at most " + MAX_CONTAINER);
            }
            for (int i = 0; i < count; i++) {
                long id = in.int64();
                in.int32(); // sequence number
                handle(id, in.raw(in.int32()), depth + 1);
            }
        }

        private void query(long id, int constructor, TlReader in) {
            int inner = Query.unwrap(constructor, in);
            byte[] result = switch (inner) {
                case Tl.HELP_GET_CONFIG -> replies.config();
                case Tl.HELP_GET_NEAREST_DC -> Replies.nearestDc();
                case Tl.AUTH_BIND_TEMP_AUTH_KEY -> Replies.truth();
                case Tl.RPC_DROP_ANSWER -> Replies.constructor(Tl.RPC_ANSWER_UNKNOWN);
                default -> Replies.error(400, "INPUT_METHOD_INVALID");
            };
            server.listener().query(inner);
            send(Replies.result(id, result), server.messageIds().answer(), true);
        }

        private void service(int constructor, byte[] answer) {
            server.listener().query(constructor);
            send(answer, server.messageIds().answer(), false);
        }

        private byte[] destroy(long session) {
            key.forget(session);
            return new TlWriter().int32(Tl.DESTROY_SESSION_OK).int64(session).toBytes();
        }

        private void send(byte[] body, long id, boolean acknowledged) {
            packets.add(EncryptedMessage.seal(key, key.salt(), message.session(), id,
                    key.nextSequence(message.session(), acknowledged), body, Writer.SERVER, server.random()));
        }
    }

    private static byte[] unpack(byte[] packed) {
        try (InputStream in = decompressor(packed)) {
            byte[] unpacked = in.readNBytes(MAX_UNPACKED + 1);
            if (unpacked.length > MAX_UNPACKED) {
                throw new ProtocolException(Kind.MESSAGE, "gzip_packed of more than " + MAX_UNPACKED + " bytes");
            }
            return unpacked;
        } catch (IOException e) {
            throw new ProtocolException(Kind.MESSAGE, "gzip_packed: " + e.getMessage());
        }
    }

    /** Some clients (mtcute) pack in zlib's format instead of gzip's. */
    private static InputStream decompressor(byte[] packed) throws IOException {
        InputStream in = new ByteArrayInputStream(packed);
        return packed.length > 0 && packed[0] == GZIP_MAGIC ? new GZIPInputStream(in) : new InflaterInputStream(in);
    }
}
