package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.crypto.DiffieHellman;
import io.mtproxy.wire.crypto.RpcKeys;
import io.mtproxy.wire.crypto.RpcKeys.Endpoint;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProcessId;
import io.mtproxy.wire.rpc.ProxyRequest;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** One link of a proxy, the client's side of it, with every step in the test's hand. Blocks; gives up after 10 s. */
final class FakeProxy implements AutoCloseable {
    static final ProcessId SELF = new ProcessId(0x7f000001, 8888, 77, 1_700_000_000);
    private static final SecureRandom RANDOM = new SecureRandom();

    final Socket socket;
    private final byte[] secret;
    private final DataInputStream in;
    private final FrameWriter writer = new FrameWriter();
    private final FrameReader reader = new FrameReader(1 << 25);
    private final byte[] nonce = new byte[16];
    private final DiffieHellman dh = DiffieHellman.create(RANDOM);
    private byte[] plain = new byte[1024];
    private int begin;
    private int end;
    private AesCbc encryptor;
    private AesCbc decryptor;

    FakeProxy(InetSocketAddress telegram, byte[] secret) throws IOException {
        this.secret = secret;
        socket = new Socket(telegram.getAddress(), telegram.getPort());
        socket.setSoTimeout(10_000);
        in = new DataInputStream(socket.getInputStream());
        RANDOM.nextBytes(nonce);
    }

    /** A link that is ready for requests. */
    static FakeProxy connect(SimulatedTelegram telegram) throws IOException {
        FakeProxy proxy = new FakeProxy(telegram.address(), telegram.proxySecret());
        proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
        proxy.exchangeHandshakes(Handshake.FLAG_CRC32C);
        return proxy;
    }

    void sendNonce(int keySelect, int schema, int time) throws IOException {
        byte[] value = schema == Nonce.SCHEMA_DH ? dh.publicValue() : null;
        send(new Nonce(keySelect, schema, time, nonce, List.of(), value).encode());
    }

    Nonce exchangeNonces(int schema, List<NatRule> nat) throws IOException {
        int time = now();
        sendNonce(Bytes.int32(secret, 0), schema, time);
        byte[] payload = receive();
        Nonce answer = Nonce.decode(payload, 0, payload.length);
        Endpoint client = NatRule.apply(nat,
                new Endpoint(socket.getLocalAddress().getAddress(), socket.getLocalPort()));
        Endpoint server = NatRule.apply(nat, new Endpoint(socket.getInetAddress().getAddress(), socket.getPort()));
        var material = new RpcKeys.Material(nonce, answer.nonce16(), time, client, server);
        byte[] shared = schema == Nonce.SCHEMA_DH ? dh.shared(answer.dhPublic()) : null;
        RpcKeys.Direction out = RpcKeys.derive(RpcKeys.Role.CLIENT, material, secret, shared);
        RpcKeys.Direction back = RpcKeys.derive(RpcKeys.Role.SERVER, material, secret, shared);
        encryptor = AesCbc.encryptor(out.key(), out.iv());
        decryptor = AesCbc.decryptor(back.key(), back.iv());
        return answer;
    }

    Handshake exchangeHandshakes(int flags) throws IOException {
        send(new Handshake(flags, SELF, new ProcessId(0, socket.getPort(), 0, 0)).encode());
        byte[] payload = receive();
        Handshake answer = Handshake.decode(payload, 0, payload.length);
        if ((answer.flags() & Handshake.FLAG_CRC32C) != 0) {
            writer.checksum(ChecksumKind.CRC32C);
            reader.checksum(ChecksumKind.CRC32C);
        }
        return answer;
    }

    void request(int flags, long id, byte[] packet) throws IOException {
        request(flags, id, packet, null);
    }

    void request(int flags, long id, byte[] packet, byte[] tag) throws IOException {
        byte[] address = ProxyRequest.mapped(new byte[] {10, 1, 2, 3});
        byte[] head = ProxyRequest.head(flags, id, address, 4321, address, 443, tag);
        byte[] payload = Arrays.copyOf(head, head.length + packet.length);
        System.arraycopy(packet, 0, payload, head.length, packet.length);
        send(payload);
    }

    void send(byte[] payload) throws IOException {
        send(payload, 0);
    }

    /** With some bits of the checksum turned over. */
    void send(byte[] payload, int damage) throws IOException {
        byte[] frame = new byte[payload.length + FrameWriter.OVERHEAD + 16];
        System.arraycopy(payload, 0, frame, FrameWriter.HEADER, payload.length);
        int length = writer.seal(frame, 0, payload.length);
        frame[length - 1] ^= (byte) damage;
        if (encryptor != null) {
            length += FrameWriter.fill(frame, length, length);
            byte[] encrypted = new byte[length];
            encryptor.apply(frame, 0, length, encrypted, 0);
            frame = encrypted;
        }
        raw(Arrays.copyOf(frame, length));
    }

    private void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The payload of the next frame. EOFException at the end of the stream, ProtocolException for a bad frame. */
    byte[] receive() throws IOException {
        while (true) {
            int length = reader.peek(plain, begin, end - begin);
            if (length > 4) {
                reader.verify(plain, begin, length);
                byte[] payload = Arrays.copyOfRange(plain, begin + FrameWriter.HEADER,
                        begin + length - FrameWriter.TRAILER);
                begin += length;
                return payload;
            } else if (length > 0) {
                begin += length;
            } else {
                more();
            }
        }
    }

    /** The data of the next frame, which has to be an answer to that connection. */
    byte[] answer(long id) throws IOException {
        byte[] payload = receive();
        int type = RpcMessages.type(payload, 0);
        if (type != RpcType.PROXY_ANS || RpcMessages.answerId(payload, 0) != id) {
            throw new AssertionError("expected an answer to %x, got type %08x".formatted(id, type));
        }
        return Arrays.copyOfRange(payload, RpcMessages.ANSWER_HEAD, payload.length);
    }

    /** One unit, so that nothing plain is read as encrypted; then whatever is there. */
    private void more() throws IOException {
        int unit = decryptor == null ? 4 : 16;
        byte[] bytes = new byte[Math.max(unit, decryptor == null ? 0 : in.available() & -unit)];
        in.readFully(bytes);
        System.arraycopy(plain, begin, plain, 0, end - begin);
        end -= begin;
        begin = 0;
        if (end + bytes.length > plain.length) {
            plain = Arrays.copyOf(plain, 2 * (end + bytes.length));
        }
        if (decryptor == null) {
            System.arraycopy(bytes, 0, plain, end, bytes.length);
        } else {
            decryptor.apply(bytes, 0, bytes.length, plain, end);
        }
        end += bytes.length;
    }

    /** Waits for the end of the stream; false when more than that comes. */
    boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true; // a reset
        }
    }

    static int now() {
        return (int) (System.currentTimeMillis() / 1000);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
