package io.mtproxy.wire.obfuscated;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.CtrCiphers;
import io.mtproxy.wire.crypto.Digests;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The 64-byte obfuscated2 header. Key material stands in the clear at 8..39 (key) and 40..55 (iv), for the other direction
 * the same 48 bytes reversed; with a secret each key is SHA-256(key material, secret). The header itself is the first 64
 * bytes of the client's encrypted stream, readable from 56 on: transport tag, dc (16 bits, signed), noise.
 */
public final class ObfuscatedHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 64;

    static final int MATERIAL = 8;
    static final int KEY = 32;
    static final int IV = 16;
    static final int TAG = 56;
    static final int DC = 60;

    private ObfuscatedHeader() {}

    /**
     * A header that a secret fits.
     *
     * @param dc as sent, with sign
     * @param secretIndex which of the secrets, -1 without secrets
     * @param fromClient stands behind the header, at 64
     * @param toClient stands at 0
     */
    public record Accepted(Transport transport, int dc, int secretIndex, AesCtr fromClient, AesCtr toClient) {}

    /** A header to send, with the streams of its two directions: toProxy stands at 64, fromProxy at 0. */
    public record Created(byte[] bytes, AesCtr toProxy, AesCtr fromProxy) {}

    /**
     * Tries the secrets in order; an empty list means no secret at all, with unhashed keys. Null when none fits. Any thread;
     * who accepts many keeps a {@link HeaderAcceptor}.
     */
    public static @Nullable Accepted accept(byte[] b, int off, List<byte[]> secrets) {
        return new HeaderAcceptor().accept(b, off, secrets);
    }

    /**
     * The client's side: a new header. Its first word is none of those that mean something else to a proxy, the second is
     * not 0.
     *
     * @param dc only the low 16 bits travel
     * @param secret null for a proxy without secrets
     */
    public static Created create(Transport transport, int dc, byte @Nullable [] secret, RandomGenerator random) {
        return create(transport, dc, secret, random, null);
    }

    /**
     * The same, with streams that lend their ciphers.
     *
     * @param ciphers the owner thread's own, or null
     */
    public static Created create(Transport transport, int dc, byte @Nullable [] secret, RandomGenerator random,
            @Nullable CtrCiphers ciphers) {
        byte[] plain = noise(random);
        Bytes.putInt32(plain, TAG, transport.tag());
        Bytes.putInt16(plain, DC, dc);
        AesCtr toProxy = stream(plain, MATERIAL, secret, ciphers);
        byte[] bytes = new byte[LENGTH];
        toProxy.apply(plain, 0, LENGTH, bytes, 0);
        System.arraycopy(plain, 0, bytes, 0, TAG);
        return new Created(bytes, toProxy, stream(reversed(plain, 0), 0, secret, ciphers));
    }

    /** The 48 bytes of key material backwards, so that key and iv stand in order again. */
    static byte[] reversed(byte[] b, int off) {
        byte[] result = new byte[KEY + IV];
        for (int i = 0; i < result.length; i++) {
            result[i] = b[off + TAG - 1 - i];
        }
        return result;
    }

    private static AesCtr stream(byte[] b, int off, byte @Nullable [] secret, @Nullable CtrCiphers ciphers) {
        byte[] key = new byte[KEY];
        byte[] iv = new byte[IV];
        System.arraycopy(b, off, key, 0, KEY);
        System.arraycopy(b, off + KEY, iv, 0, IV);
        byte[] used = secret == null ? key : Digests.sha256(key, secret);
        return ciphers == null ? new AesCtr(used, iv) : new AesCtr(used, iv, ciphers);
    }

    private static byte[] noise(RandomGenerator random) {
        byte[] noise = new byte[LENGTH];
        do {
            random.nextBytes(noise);
        } while (reserved(noise));
        return noise;
    }

    /** Whether a header begins with bytes that are taken for another protocol. */
    public static boolean reserved(byte[] header) {
        int first = Bytes.int32(header, 0);
        return (first & 0xff) == 0xef || (first & 0xffffff) == 0x010316 || Bytes.int32(header, 4) == 0
                || switch (first) {
                    case 0x44414548, 0x54534f50, 0x20544547, 0x4954504f, 0xeeeeeeee, 0xdddddddd -> true;
                    default -> false;
                };
    }
}
