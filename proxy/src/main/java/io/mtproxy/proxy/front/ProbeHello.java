package io.mtproxy.proxy.front;

import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.FastKeyMaterial;
import io.mtproxy.wire.faketls.HelloTemplates;
import io.mtproxy.wire.faketls.KeyMaterial;
import io.mtproxy.wire.faketls.Noise;
import io.mtproxy.wire.faketls.Tls;
import io.mtproxy.wire.faketls.TlsSecret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A ClientHello as Chromium sends it, and with it the clients of Telegram: what they get is what we have to look like.
 *
 * @param kind      what it offers
 * @param record    the whole TLS record
 * @param sessionId the 32 bytes that the answer has to repeat
 */
record ProbeHello(Kind kind, byte[] record, byte[] sessionId) {
    /** Where the suites begin, behind their length and the one of GREASE. */
    private static final int SUITES = Tls.RANDOM + Tls.RANDOM_LENGTH + 1 + Tls.MAX_SESSION_ID + 4;
    private static final int CHACHA_EACH = 5;

    /**
     * What varies.
     *
     * @param hybrid      a share for X25519MLKEM768 as well; without it as until 2024
     * @param chachaFirst 1303 before 1301 and 1302, as on machines without AES instructions
     */
    record Kind(boolean hybrid, boolean chachaFirst) {}

    /** So many, half of them hybrid, every fifth with ChaCha first. */
    static List<ProbeHello> mixed(int count, String domain, SecureRandom random) {
        KeyMaterial keys = new FastKeyMaterial(new Noise(random));
        List<ProbeHello> hellos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hellos.add(create(domain, new Kind(i % 2 == 0, i % CHACHA_EACH == CHACHA_EACH - 1), keys, random));
        }
        return hellos;
    }

    private static ProbeHello create(String domain, Kind kind, KeyMaterial keys, SecureRandom random) {
        byte[] sessionId = bytes(Tls.MAX_SESSION_ID, random);
        ClientHelloBuilder hello = kind.hybrid()
                ? HelloTemplates.modern(random, keys)
                : HelloTemplates.classic(random, keys);
        // to anybody without the secret, which is dropped here, the hello's random is random
        byte[] record = hello.sessionId(sessionId).serverName(Domains.onTheWire(domain))
                .sign(new TlsSecret(bytes(Tls.RANDOM_LENGTH, random)), 0);
        if (kind.chachaFirst()) {
            int at = Tls.putUint16(record, SUITES, Tls.CHACHA20_POLY1305_SHA256);
            at = Tls.putUint16(record, at, Tls.AES_128_GCM_SHA256);
            Tls.putUint16(record, at, Tls.AES_256_GCM_SHA384);
        }
        return new ProbeHello(kind, record, sessionId);
    }

    private static byte[] bytes(int length, SecureRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
