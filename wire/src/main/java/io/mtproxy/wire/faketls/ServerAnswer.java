package io.mtproxy.wire.faketls;

import java.util.Arrays;
import java.util.Objects;

/**
 * Writes what a client of Telegram takes for its proxy's answer, and an onlooker for a TLS 1.3 server's first flight: a
 * ServerHello record, a ChangeCipherSpec record, one record of application data. The server's random is HMAC-SHA256(secret,
 * client's random, all three records with the server's random zeroed). One owner thread.
 *
 * <p>
 * Clients insist on exactly these three records: TDLib and Telegram Desktop read them by their lengths, whatever follows is
 * data. Android hashes all that it has read: nothing may be sent behind the answer before the client has sent data. It also
 * closes when a read ends in the 11 bytes behind the ServerHello: send the answer in one write.
 */
public final class ServerAnswer {
    private final KeyMaterial keys;
    private final Noise noise;
    private final Hmac hmac = new Hmac();

    /** @param noise what the encrypted record is filled with */
    public ServerAnswer(KeyMaterial keys, Noise noise) {
        this.keys = keys;
        this.noise = noise;
    }

    /**
     * Writes the answer to {@code dst[off .. off + plan.length())}.
     *
     * @param secret the one that the hello was made with
     * @return its length
     * @throws IndexOutOfBoundsException when it does not fit
     */
    public int write(AnswerPlan plan, TlsSecret secret, byte[] dst, int off) {
        int length = plan.length();
        Objects.checkFromIndexSize(off, length, dst.length);
        int at = serverHello(plan, dst, off);
        at = Tls.putChangeCipherSpec(dst, at);
        at = Tls.putHeader(dst, at, Tls.APPLICATION_DATA, plan.flightLength());
        noise.fill(dst, at, plan.flightLength());
        hmac.begin(secret);
        hmac.update(plan.hello().array(), plan.hello().offset() + Tls.RANDOM, Tls.RANDOM_LENGTH);
        hmac.update(dst, off, length);
        System.arraycopy(hmac.end(secret), 0, dst, off + Tls.RANDOM, Hmac.LENGTH);
        return length;
    }

    private int serverHello(AnswerPlan plan, byte[] dst, int off) {
        int length = plan.serverHelloLength() - Tls.HEADER;
        int at = Tls.putHeader(dst, off, Tls.HANDSHAKE, length);
        dst[at++] = Tls.SERVER_HELLO;
        at = Tls.putUint24(dst, at, length - Tls.HANDSHAKE_HEADER);
        at = Tls.putUint16(dst, at, Tls.TLS_1_2);
        Arrays.fill(dst, at, at + Tls.RANDOM_LENGTH, (byte) 0);
        at += Tls.RANDOM_LENGTH;
        int sessionId = plan.hello().sessionIdLength();
        dst[at++] = (byte) sessionId;
        plan.hello().copySessionId(dst, at);
        at = Tls.putUint16(dst, at + sessionId, plan.suite());
        dst[at++] = 0;
        at = Tls.putUint16(dst, at, plan.extensionsLength());
        for (SiteProfile.Extension extension : plan.site().extensions()) {
            if (plan.sent(extension)) {
                at = Tls.putUint16(dst, at, extension.type());
                at = Tls.putUint16(dst, at, plan.valueLength(extension));
                at = value(plan, extension, dst, at);
            }
        }
        return at;
    }

    private int value(AnswerPlan plan, SiteProfile.Extension extension, byte[] dst, int at) {
        switch (extension.type()) {
            case Tls.SUPPORTED_VERSIONS -> Tls.putUint16(dst, at, Tls.TLS_1_3);
            case Tls.KEY_SHARE -> {
                Tls.putUint16(dst, at, plan.group());
                Tls.putUint16(dst, at + 2, plan.shareLength());
                share(plan, dst, at + 4);
            }
            default -> System.arraycopy(extension.value(), 0, dst, at, extension.value().length);
        }
        return at + plan.valueLength(extension);
    }

    private void share(AnswerPlan plan, byte[] dst, int off) {
        int at = off;
        if (plan.group() == Tls.X25519_MLKEM768) {
            // the client's share: encapsulation key, then its x25519 key
            keys.mlKem768(plan.hello().array(), plan.hello().keyShareOffset(plan.group()), dst, at);
            at += KeyMaterial.MLKEM768_CIPHERTEXT;
        }
        keys.x25519(dst, at);
    }
}
