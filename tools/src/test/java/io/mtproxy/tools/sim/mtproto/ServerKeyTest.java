package io.mtproxy.tools.sim.mtproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ServerKeyTest {
    /** Telegram's own public key of 2021, which every client carries. */
    private static final BigInteger TELEGRAM = new BigInteger(
            "e8bb3305c0b52c6cf2afdf7637313489e63e05268e5badb601af417786472e5f93b85438968e20e6729a301c0afc121b"
                    + "f7151f834436f7fda680847a66bf64accec78ee21c0b316f0edafe2f41908da7bd1f4a5107638eeb67040ace472a14f9"
                    + "0d9f7c2b7def99688ba3073adb5750bb02964902a359fe745d8170e36876d4fd8a5d41b2a76cbff9a13267eb9580b2d0"
                    + "6d10357448d20d9da2191cb5d8c93982961cdfdeda629e37f1fb09a0722027696032fe61ed663db7a37f6f263d370f69"
                    + "db53a0dc0a1748bdaaff6209d5645485e6e001d1953255757e4b8e42813347b11da6ab500fd0ace7e6dfa3736199ccaf"
                    + "9397ed0745a427dcfa6cd67bcb1acff3",
            16);

    @Test
    void computesTheFingerprintThatClientsKnow() {
        assertThat(ServerKey.fingerprint(TELEGRAM, BigInteger.valueOf(65537))).isEqualTo(0xd09d1d85de64fd85L);
    }

    @Test
    void showsItselfAsPkcs1() {
        ServerKey key = ServerKey.generate();
        String pem = key.pem();
        assertThat(pem).startsWith("-----BEGIN RSA PUBLIC KEY-----\n").endsWith("\n-----END RSA PUBLIC KEY-----\n");
        byte[] der = Base64.getMimeDecoder()
                .decode(pem.replace("-----BEGIN RSA PUBLIC KEY-----", "").replace("-----END RSA PUBLIC KEY-----", ""));
        // SEQUENCE of 266 bytes; INTEGER of 257; INTEGER of 3
        assertThat(Arrays.copyOf(der, 8)).containsExactly(0x30, 0x82, 1, 10, 2, 0x82, 1, 1);
        assertThat(new BigInteger(Arrays.copyOfRange(der, 8, 265))).isEqualTo(key.modulus());
        assertThat(Arrays.copyOfRange(der, 265, der.length)).containsExactly(2, 3, 1, 0, 1);
    }

    @Test
    void neverHasAFingerprintThatClientsPrintShorter() {
        assertThat(ServerKey.generate().fingerprint() >>> 60).isNotZero();
    }

    @Test
    void refusesOtherKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        assertThatThrownBy(() -> new ServerKey(generator.generateKeyPair())).hasMessageContaining("2048");
    }
}
