package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Digests;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's way to an authorization key (core.telegram.org/mtproto/auth_key): resPQ, server_DH_params_ok, dh_gen_ok.
 * Each query may come again and is answered anew. One thread at a time.
 */
final class KeyExchange {
    private static final int HASH = 20;

    private final Supplier<ServerKey> serverKey;
    private final Consumer<AuthKey> made;
    private final SecureRandom random;
    private final InstantSource clock;
    private final byte[] serverNonce = new byte[16];
    private byte[] nonce = new byte[0];
    private BigInteger p = BigInteger.ZERO;
    private BigInteger q = BigInteger.ZERO;
    private @Nullable Secrets secrets;

    /** What is known once the client has opened itself: its secret nonce and our exponent. */
    private record Secrets(byte[] newNonce, BigInteger exponent, byte[] key, byte[] iv) {}

    KeyExchange(Supplier<ServerKey> serverKey, Consumer<AuthKey> made, SecureRandom random, InstantSource clock) {
        this.serverKey = serverKey;
        this.made = made;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Answers the body of one unencrypted message.
     *
     * @return the body of the answer; empty when the client has to begin again
     */
    byte[] answer(byte[] body) {
        TlReader in = new TlReader(body);
        int query = in.int32();
        return switch (query) {
            case Tl.REQ_PQ, Tl.REQ_PQ_MULTI -> pq(in);
            case Tl.REQ_DH_PARAMS -> dhParams(in);
            case Tl.SET_CLIENT_DH_PARAMS -> key(in);
            default -> throw refused("query %08x".formatted(query));
        };
    }

    private byte[] pq(TlReader in) {
        nonce = in.raw(16);
        random.nextBytes(serverNonce);
        BigInteger first = BigInteger.probablePrime(31, random);
        BigInteger second = otherPrime(first);
        p = first.min(second);
        q = first.max(second);
        secrets = null;
        return new TlWriter().int32(Tl.RES_PQ).raw(nonce).raw(serverNonce).number(p.multiply(q)).int32(Tl.VECTOR)
                .int32(1).int64(serverKey.get().fingerprint()).toBytes();
    }

    private BigInteger otherPrime(BigInteger first) {
        BigInteger prime = first;
        while (prime.equals(first)) {
            prime = BigInteger.probablePrime(31, random);
        }
        return prime;
    }

    private byte[] dhParams(TlReader in) {
        checkNonces(in);
        check(Numbers.of(in.bytes()).equals(p) && Numbers.of(in.bytes()).equals(q), "p and q of req_DH_params");
        long fingerprint = in.int64();
        check(fingerprint == serverKey.get().fingerprint(), "fingerprint %016x".formatted(fingerprint));
        InnerData inner = InnerData.read(new TlReader(serverKey.get().open(in.bytes())));
        check(Arrays.equals(inner.nonce(), nonce) && Arrays.equals(inner.serverNonce(), serverNonce)
                && Numbers.of(inner.pq()).equals(p.multiply(q)), "inner data of req_DH_params");
        Secrets fresh = secrets(inner.newNonce());
        secrets = fresh;
        byte[] answer = new TlWriter().int32(Tl.SERVER_DH_INNER_DATA).raw(nonce).raw(serverNonce)
                .int32(DhGroup.GENERATOR).number(DhGroup.PRIME).number(DhGroup.publicValue(fresh.exponent))
                .int32((int) clock.instant().getEpochSecond()).toBytes();
        return new TlWriter().int32(Tl.SERVER_DH_PARAMS_OK).raw(nonce).raw(serverNonce)
                .bytes(AesIge.encrypt(withHash(answer), fresh.key, fresh.iv)).toBytes();
    }

    private Secrets secrets(byte[] newNonce) {
        BigInteger exponent = DhGroup.exponent(random);
        while (!DhGroup.acceptable(DhGroup.publicValue(exponent))) {
            exponent = DhGroup.exponent(random);
        }
        return new Secrets(newNonce, exponent, temporaryKey(newNonce, serverNonce),
                temporaryIv(newNonce, serverNonce));
    }

    private byte[] key(TlReader in) {
        checkNonces(in);
        Secrets known = secrets;
        if (known == null) {
            throw refused("set_client_DH_params before req_DH_params");
        }
        byte[] plain = AesIge.decrypt(in.bytes(), known.key, known.iv);
        TlReader inner = new TlReader(plain, HASH, plain.length - HASH);
        inner.expect(Tl.CLIENT_DH_INNER_DATA);
        checkNonces(inner);
        inner.int64(); // retry_id: we never ask for a retry
        BigInteger client = Numbers.of(inner.bytes());
        check(MessageDigest.isEqual(Numbers.part(plain, 0, HASH),
                Digests.sha1(Numbers.part(plain, HASH, inner.position()))), "hash of client_DH_inner_data");
        check(DhGroup.acceptable(client), "g_b");
        return finish(DhGroup.shared(client, known.exponent), known.newNonce);
    }

    private byte[] finish(byte[] key, byte[] newNonce) {
        secrets = null;
        if (key[0] == 0) {
            // One key in 256. Some clients drop its leading zero and then compute other hashes than we do.
            return new byte[0];
        }
        made.accept(new AuthKey(key, new TlReader(Numbers.xor(newNonce, Arrays.copyOf(serverNonce, 32))).int64()));
        return new TlWriter().int32(Tl.DH_GEN_OK).raw(nonce).raw(serverNonce).raw(newNonceHash(newNonce, 1, key))
                .toBytes();
    }

    /** new_nonce_hash1, 2 or 3: the lower 128 bits of SHA1(new_nonce + number + first half of SHA1(auth_key)). */
    static byte[] newNonceHash(byte[] newNonce, int number, byte[] key) {
        byte[] auxiliary = Numbers.part(Digests.sha1(key), 0, 8);
        return Numbers.part(Digests.sha1(newNonce, new byte[] {(byte) number}, auxiliary), 4, 16);
    }

    static byte[] temporaryKey(byte[] newNonce, byte[] serverNonce) {
        return Numbers.join(Digests.sha1(newNonce, serverNonce),
                Numbers.part(Digests.sha1(serverNonce, newNonce), 0, 12));
    }

    static byte[] temporaryIv(byte[] newNonce, byte[] serverNonce) {
        return Numbers.join(Numbers.part(Digests.sha1(serverNonce, newNonce), 12, 8), Digests.sha1(newNonce, newNonce),
                Numbers.part(newNonce, 0, 4));
    }

    /** SHA1(data) + data, filled to whole blocks. */
    private byte[] withHash(byte[] data) {
        byte[] padding = new byte[-(HASH + data.length) & 15];
        random.nextBytes(padding);
        return Numbers.join(Digests.sha1(data), data, padding);
    }

    private void checkNonces(TlReader in) {
        check(nonce.length > 0 && Arrays.equals(in.raw(16), nonce) && Arrays.equals(in.raw(16), serverNonce), "nonces");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw refused(what);
        }
    }

    private static ProtocolException refused(String what) {
        return new ProtocolException(Kind.HANDSHAKE, what + " refused in the key exchange");
    }
}
