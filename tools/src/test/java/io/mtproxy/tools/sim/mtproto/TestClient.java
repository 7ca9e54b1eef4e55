package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.tools.sim.mtproto.MessageKeys.Writer;
import io.mtproxy.wire.crypto.Digests;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A client of MTProto for tests: exchanges a key, sends encrypted queries. What carries the packets is the test's choice:
 * a packet in, those of the answer out. It knows the server by modulus, exponent and fingerprint only.
 */
public final class TestClient {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Function<byte[], List<byte[]>> transport;
    private final ServerKey server;
    private final byte[] nonce = random(16);
    private final byte[] newNonce = random(32);
    private byte[] serverNonce;
    private BigInteger pq;
    private long messageId = System.currentTimeMillis() / 1000 << 32;
    private int sequence;
    final long session = RANDOM.nextLong();
    AuthKey key;

    /** How the inner data is encrypted for the server. */
    enum Padding {
        RSA_PAD,
        OLD
    }

    public TestClient(ServerKey server, Function<byte[], List<byte[]>> transport) {
        this.server = server;
        this.transport = transport;
    }

    /** Another client, with a session of its own, that has the same key. */
    TestClient another(Function<byte[], List<byte[]>> itsTransport) {
        TestClient other = new TestClient(server, itsTransport);
        other.key = key;
        return other;
    }

    /** The whole exchange in today's form. */
    public TestClient exchangeKey() {
        return exchangeKey(Tl.REQ_PQ_MULTI, Tl.P_Q_INNER_DATA_DC, Padding.RSA_PAD);
    }

    /** The whole exchange; once more when the key would begin with a zero, which happens to one in 256. */
    TestClient exchangeKey(int query, int innerData, Padding padding) {
        key = null;
        while (key == null) {
            reqPq(query);
            setDh(reqDh(innerData, padding), new BigInteger(2048, RANDOM));
        }
        return this;
    }

    void reqPq(int constructor) {
        TlReader in = new TlReader(plain(new TlWriter().int32(constructor).raw(nonce).toBytes()));
        in.expect(Tl.RES_PQ);
        same(nonce, in.raw(16));
        serverNonce = in.raw(16);
        pq = Numbers.of(in.bytes());
        if (in.vector(8) != 1 || in.int64() != server.fingerprint()) {
            throw new AssertionError("not the one fingerprint " + server.fingerprint());
        }
    }

    /** Answers with the decrypted server_DH_inner_data. */
    byte[] reqDh(int constructor, Padding padding) {
        return openDh(plain(dhRequest(innerData(constructor, nonce), padding, server.fingerprint())));
    }

    byte[] openDh(byte[] answer) {
        TlReader in = new TlReader(answer);
        in.expect(Tl.SERVER_DH_PARAMS_OK);
        same(nonce, in.raw(16));
        same(serverNonce, in.raw(16));
        byte[] opened = AesIge.decrypt(in.bytes(), KeyExchange.temporaryKey(newNonce, serverNonce),
                KeyExchange.temporaryIv(newNonce, serverNonce));
        TlReader inner = new TlReader(opened, 20, opened.length - 20);
        inner.expect(Tl.SERVER_DH_INNER_DATA);
        same(nonce, inner.raw(16));
        same(serverNonce, inner.raw(16));
        inner.int32();
        inner.bytes();
        inner.bytes();
        inner.int32();
        same(Numbers.part(opened, 0, 20), Digests.sha1(Numbers.part(opened, 20, inner.position())));
        return Numbers.part(opened, 20, inner.position());
    }

    byte[] dhRequest(byte[] inner, Padding padding, long fingerprint) {
        BigInteger p = factor(pq);
        BigInteger q = pq.divide(p);
        byte[] encrypted = encrypt(padding == Padding.OLD ? old(inner) : rsaPad(inner));
        return new TlWriter().int32(Tl.REQ_DH_PARAMS).raw(nonce).raw(serverNonce).number(p.min(q)).number(p.max(q))
                .int64(fingerprint).bytes(encrypted).toBytes();
    }

    byte[] innerData(int constructor, byte[] withNonce) {
        BigInteger p = factor(pq);
        BigInteger q = pq.divide(p);
        TlWriter out = new TlWriter().int32(constructor).number(pq).number(p.min(q)).number(p.max(q)).raw(withNonce)
                .raw(serverNonce).raw(newNonce);
        return switch (constructor) {
            case Tl.P_Q_INNER_DATA_DC -> out.int32(2).toBytes();
            case Tl.P_Q_INNER_DATA_TEMP -> out.int32(86_400).toBytes();
            case Tl.P_Q_INNER_DATA_TEMP_DC -> out.int32(-2).int32(86_400).toBytes();
            default -> out.toBytes();
        };
    }

    byte[] nonce() {
        return nonce;
    }

    static BigInteger publicValue(byte[] serverInner) {
        TlReader in = new TlReader(serverInner);
        in.raw(36);
        in.int32();
        in.bytes();
        return Numbers.of(in.bytes());
    }

    private void setDh(byte[] serverInner, BigInteger exponent) {
        byte[] shared = DhGroup.shared(publicValue(serverInner), exponent);
        if (shared[0] == 0) {
            return;
        }
        TlReader in = new TlReader(plain(dhParams(DhGroup.publicValue(exponent))));
        in.expect(Tl.DH_GEN_OK);
        same(nonce, in.raw(16));
        same(serverNonce, in.raw(16));
        same(KeyExchange.newNonceHash(newNonce, 1, shared), in.raw(16));
        key = new AuthKey(shared, 0);
    }

    byte[] dhParams(BigInteger publicValue) {
        byte[] inner = new TlWriter().int32(Tl.CLIENT_DH_INNER_DATA).raw(nonce).raw(serverNonce).int64(0)
                .number(publicValue).toBytes();
        byte[] data = Numbers.join(Digests.sha1(inner), inner, random(-(20 + inner.length) & 15));
        byte[] encrypted = AesIge.encrypt(data, KeyExchange.temporaryKey(newNonce, serverNonce),
                KeyExchange.temporaryIv(newNonce, serverNonce));
        return new TlWriter().int32(Tl.SET_CLIENT_DH_PARAMS).raw(nonce).raw(serverNonce).bytes(encrypted).toBytes();
    }

    /** Sends an unencrypted message; the body of the one answer. */
    byte[] plain(byte[] body) {
        List<byte[]> answers = transport.apply(plainPacket(body));
        TlReader in = new TlReader(answers.getFirst());
        if (answers.size() != 1 || in.int64() != 0) {
            throw new AssertionError(answers.size() + " answers, expected one unencrypted");
        }
        in.int64();
        return in.raw(in.int32());
    }

    byte[] plainPacket(byte[] body) {
        return new TlWriter().int64(0).int64(nextId()).int32(body.length).raw(body).toBytes();
    }

    /** Sends one encrypted message; the bodies of all answers. */
    List<EncryptedMessage> query(byte[] body) {
        return open(transport.apply(packet(body)));
    }

    List<EncryptedMessage> open(List<byte[]> packets) {
        List<EncryptedMessage> messages = new ArrayList<>();
        for (byte[] packet : packets) {
            if (new TlReader(packet).int64() != key.id()) {
                throw new AssertionError("answer with another key: " + Arrays.toString(packet));
            }
            messages.add(EncryptedMessage.open(packet, key, Writer.SERVER));
        }
        return messages;
    }

    /** An encrypted help.getConfig. */
    public byte[] configQuery() {
        return packet(new TlWriter().int32(Tl.HELP_GET_CONFIG).toBytes());
    }

    /** The quick acknowledgement that belongs to an encrypted packet. */
    public int confirm(byte[] packet) {
        return EncryptedMessage.open(packet, key, Writer.CLIENT).confirm();
    }

    byte[] packet(byte[] body) {
        sequence += 2;
        return EncryptedMessage.seal(key, 12345, session, nextId(), sequence - 1, body, Writer.CLIENT, RANDOM);
    }

    long lastId() {
        return messageId;
    }

    long nextId() {
        messageId += 4;
        return messageId;
    }

    private static byte[] old(byte[] inner) {
        return Numbers.join(Digests.sha1(inner), inner, random(235 - inner.length));
    }

    private byte[] rsaPad(byte[] inner) {
        while (true) {
            byte[] data = Numbers.join(inner, random(192 - inner.length));
            byte[] reversed = data.clone();
            for (int i = 0; i < reversed.length; i++) {
                reversed[i] = data[data.length - 1 - i];
            }
            byte[] temporary = random(32);
            byte[] sealed = AesIge.encrypt(Numbers.join(reversed, Digests.sha256(temporary, data)), temporary,
                    new byte[32]);
            byte[] block = Numbers.join(Numbers.xor(temporary, Digests.sha256(sealed)), sealed);
            if (Numbers.of(block).compareTo(server.modulus()) < 0) {
                return block;
            }
        }
    }

    private byte[] encrypt(byte[] block) {
        return Numbers.fixed(Numbers.of(block).modPow(server.exponent(), server.modulus()), 256);
    }

    /** Pollard's rho: some ten thousand steps for a product of two primes of 31 bits. */
    static BigInteger factor(BigInteger composite) {
        for (long c = 1;; c++) {
            BigInteger x = BigInteger.TWO;
            BigInteger y = x;
            BigInteger divisor = BigInteger.ONE;
            while (divisor.equals(BigInteger.ONE)) {
                x = step(x, c, composite);
                y = step(step(y, c, composite), c, composite);
                divisor = x.subtract(y).gcd(composite);
            }
            if (!divisor.equals(composite)) {
                return divisor;
            }
        }
    }

    private static BigInteger step(BigInteger x, long c, BigInteger n) {
        return x.multiply(x).add(BigInteger.valueOf(c)).mod(n);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static void same(byte[] expected, byte[] found) {
        if (!Arrays.equals(expected, found)) {
            throw new AssertionError(Arrays.toString(found) + ", expected " + Arrays.toString(expected));
        }
    }
}
