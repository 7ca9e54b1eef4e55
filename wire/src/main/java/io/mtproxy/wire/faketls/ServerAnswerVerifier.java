package io.mtproxy.wire.faketls;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;

/**
 * The client's side: checks a proxy's answer as TDLib and Telegram Desktop do. They look at the three records' headers and at
 * the HMAC in the server's random, at nothing else. One per hello, one owner thread.
 */
public final class ServerAnswerVerifier {
    /** what stands behind the ServerHello's record, up to the last length */
    private static final int BETWEEN = Tls.CHANGE_CIPHER_SPEC_LENGTH + 3;

    private final TlsSecret secret;
    private final byte[] clientRandom = new byte[Tls.RANDOM_LENGTH];
    private final Hmac hmac = new Hmac();

    /** @param hello as it was signed, in one record */
    public ServerAnswerVerifier(TlsSecret secret, byte[] hello) {
        this.secret = secret;
        System.arraycopy(hello, Tls.RANDOM, clientRandom, 0, clientRandom.length);
    }

    /**
     * Looks at the bytes that have come.
     *
     * @param available bytes that may be looked at, from the first of the answer on
     * @return length of the whole answer, which is right; 0 when more bytes are needed
     * @throws ProtocolException HANDSHAKE when a client would give up
     */
    public int verify(byte[] b, int off, int available) {
        if (available < Tls.HEADER) {
            return 0;
        }
        check(b[off] == Tls.HANDSHAKE && Tls.uint16(b, off + 1) == Tls.TLS_1_2, "no handshake record first");
        int between = Tls.HEADER + Tls.uint16(b, off + 3);
        check(between >= Tls.RANDOM + Tls.RANDOM_LENGTH, "ServerHello too short");
        if (available < between + BETWEEN + 2) {
            return 0;
        }
        for (int i = 0; i < Tls.CHANGE_CIPHER_SPEC_LENGTH; i++) {
            check(b[off + between + i] == Tls.changeCipherSpec(i), "no ChangeCipherSpec second");
        }
        int last = off + between + Tls.CHANGE_CIPHER_SPEC_LENGTH;
        check(b[last] == Tls.APPLICATION_DATA && Tls.uint16(b, last + 1) == Tls.TLS_1_2, "no application data third");
        int length = between + BETWEEN + 2 + Tls.uint16(b, last + 3);
        if (available < length) {
            return 0;
        }
        hmac.begin(secret);
        hmac.update(clientRandom, 0, clientRandom.length);
        hmac.updateWithoutRandom(b, off, length);
        check(Hmac.equal(hmac.end(secret), b, off + Tls.RANDOM, Hmac.LENGTH), "wrong server random");
        return length;
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new ProtocolException(Kind.HANDSHAKE, message);
        }
    }
}
