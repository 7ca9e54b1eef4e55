package io.mtproxy.wire.faketls;

import io.mtproxy.wire.crypto.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the secret that a ClientHello was made with. Its random is HMAC-SHA256(secret, record with the random zeroed), where
 * the unix time, 32 bits little-endian, is XORed into the last four bytes. One owner thread; the secrets may be shared.
 *
 * <p>
 * What is hashed is the record with its 5-byte header. All known clients (TDLib, Telegram Desktop, Android, iOS) make the
 * hello as one record. A hello in several records comes from a tool on its way that split that one record, after the client
 * had hashed it; so the message is hashed as it was: one header, with the version of the first record and the length of the
 * whole message, then the message. The proxies that take split hellos (mtg since April 2026) do the same.
 */
public final class HelloVerifier {
    /** bytes of the digest that stand in the random as they are */
    private static final int DIGEST = 28;

    private final List<TlsSecret> secrets;
    private final Hmac hmac = new Hmac();

    /** @param secrets the order gives the indices */
    public HelloVerifier(List<TlsSecret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    /**
     * A hello that a secret fits.
     *
     * @param timestamp unix time of the client in seconds, 0 to 2^32 - 1; see {@link HelloTime}
     */
    public record Verified(int secretIndex, TlsSecret secret, long timestamp) {}

    /**
     * Tries the secrets, a likely one first, the others in their order; the first that fits is taken. Costs one hash over the
     * hello per secret tried. The comparison does not tell where digests differ.
     *
     * @param hint index of the secret to begin with, for example the one last seen from the address; any other number: none
     * @return null when none fits
     */
    public @Nullable Verified verify(ClientHello hello, int hint) {
        if (hint >= 0 && hint < secrets.size()) {
            Verified verified = attempt(hello, hint);
            if (verified != null) {
                return verified;
            }
        }
        for (int i = 0; i < secrets.size(); i++) {
            Verified verified = i == hint ? null : attempt(hello, i);
            if (verified != null) {
                return verified;
            }
        }
        return null;
    }

    private @Nullable Verified attempt(ClientHello hello, int index) {
        TlsSecret secret = secrets.get(index);
        hmac.begin(secret);
        hmac.updateWithoutRandom(hello.array(), hello.offset(), hello.length());
        byte[] digest = hmac.end(secret);
        int random = hello.offset() + Tls.RANDOM;
        if (!Hmac.equal(digest, hello.array(), random, DIGEST)) {
            return null;
        }
        int timestamp = Bytes.int32(digest, DIGEST) ^ Bytes.int32(hello.array(), random + DIGEST);
        return new Verified(index, secret, Integer.toUnsignedLong(timestamp));
    }
}
