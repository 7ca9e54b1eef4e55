package io.mtproxy.wire.faketls;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a ClientHello will be. Good as long as the hello's bytes do not change.
 *
 * @param suite chosen cipher suite
 * @param group chosen group, one that the client offers a share for: {@link Tls#X25519} or {@link Tls#X25519_MLKEM768}
 * @param flightLength payload length of the encrypted record
 */
public record AnswerPlan(ClientHello hello, SiteProfile site, int suite, int group, int flightLength) {
    /** type, version, random, length of the session id, suite, compression, length of the extensions */
    private static final int FIXED = Tls.HANDSHAKE_HEADER + 2 + Tls.RANDOM_LENGTH + 1 + 2 + 1 + 2;
    private static final int NONE = -1;

    /**
     * Chooses as the site would. A site answers with a HelloRetryRequest when it wants a group that it got no share for;
     * Telegram's clients would not understand that, so the answer is x25519 then, or what else the client has a share for.
     *
     * @return null when the client cannot be answered without standing out: no TLS 1.3, no suite of it, or no share that we
     *         can answer. No client of Telegram does that; the site is to answer
     */
    public static @Nullable AnswerPlan of(ClientHello hello, SiteProfile site, RandomGenerator random) {
        int suite = site.ciphers().choose(hello);
        int group = group(hello, site);
        if (!hello.offersTls13() || suite == SiteProfile.CipherPolicy.NONE || group == NONE) {
            return null;
        }
        int length = site.flightLengths().get(random.nextInt(site.flightLengths().size()));
        return new AnswerPlan(hello, site, suite, group, length);
    }

    private static int group(ClientHello hello, SiteProfile site) {
        for (int group : site.groups()) {
            if (answerable(hello, group)) {
                return group;
            }
        }
        if (answerable(hello, Tls.X25519)) {
            return Tls.X25519;
        }
        return answerable(hello, Tls.X25519_MLKEM768) ? Tls.X25519_MLKEM768 : NONE;
    }

    /** An x25519 share may have any length: clients of Telegram before April 2026 sent 20 bytes. */
    private static boolean answerable(ClientHello hello, int group) {
        int length = hello.keyShareLength(group);
        return switch (group) {
            case Tls.X25519 -> length > 0;
            case Tls.X25519_MLKEM768 -> length == KeyMaterial.MLKEM768_KEY + KeyMaterial.X25519;
            default -> false;
        };
    }

    /** Bytes of the whole answer: three records. */
    public int length() {
        return serverHelloLength() + Tls.CHANGE_CIPHER_SPEC_LENGTH + Tls.HEADER + flightLength;
    }

    /** Bytes of the ServerHello's record, header included; to be compared with the site's. */
    public int serverHelloLength() {
        return Tls.HEADER + FIXED + hello.sessionIdLength() + extensionsLength();
    }

    int extensionsLength() {
        int length = 0;
        for (SiteProfile.Extension extension : site.extensions()) {
            if (sent(extension)) {
                length += SiteProfile.Extension.HEADER + valueLength(extension);
            }
        }
        return length;
    }

    int valueLength(SiteProfile.Extension extension) {
        return switch (extension.type()) {
            case Tls.KEY_SHARE -> 4 + shareLength();
            case Tls.SUPPORTED_VERSIONS -> 2;
            default -> extension.value().length;
        };
    }

    /** Bytes of the server's share (draft-ietf-tls-ecdhe-mlkem: ciphertext, then the x25519 key). */
    int shareLength() {
        return group == Tls.X25519 ? KeyMaterial.X25519 : KeyMaterial.MLKEM768_CIPHERTEXT + KeyMaterial.X25519;
    }

    /** A server sends no extension that the client did not offer (RFC 8446, 4.2). */
    boolean sent(SiteProfile.Extension extension) {
        return switch (extension.type()) {
            case Tls.KEY_SHARE, Tls.SUPPORTED_VERSIONS -> true;
            default -> hello.hasExtension(extension.type());
        };
    }
}
