package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import javax.crypto.KEM;
import org.junit.jupiter.api.Test;

class JdkKeyMaterialTest {
    private final KeyMaterial keys = new JdkKeyMaterial(new SecureRandom());

    @Test
    void x25519KeysArePointsOfTheCurve() {
        Set<BigInteger> seen = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            byte[] key = new byte[34];
            keys.x25519(key, 1);
            assertThat(key[0]).isZero();
            assertThat(key[33]).isZero();
            BigInteger u = Curve.number(key, 1);
            assertThat(u).isLessThan(Curve.P);
            assertThat(Curve.onCurve(u)).isTrue();
            seen.add(u);
        }
        assertThat(seen).hasSize(30);
    }

    /** With the same randomness the JDK makes the same ciphertext for the same key. */
    @Test
    void encapsulatesToTheClientsKey() throws Exception {
        KeyPair client = KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair();
        byte[] encoded = client.getPublic().getEncoded();
        byte[] ciphertext = new byte[1090];
        new JdkKeyMaterial(new Repeated()).mlKem768(encoded, encoded.length - 1184, ciphertext, 2);
        KEM.Encapsulated expected = KEM.getInstance("ML-KEM").newEncapsulator(client.getPublic(), new Repeated())
                .encapsulate();
        assertThat(Arrays.copyOfRange(ciphertext, 2, 1090)).isEqualTo(expected.encapsulation());
        assertThat(Arrays.copyOf(ciphertext, 2)).containsOnly(0);
    }

    /** Also to an invalid key: of ten-bit numbers that ML-KEM compresses, the 257 more frequent ones are 31 %, not 25 %. */
    @Test
    void ciphertextsAreDistributedAsCiphertextsAre() {
        byte[] invalid = new byte[1184];
        Arrays.fill(invalid, (byte) 0xff);
        byte[] valid = Hellos.modern().sign(SECRET, NOW);
        int key = Hellos.parse(valid).keyShareOffset(Tls.X25519_MLKEM768);
        byte[] random = new byte[1088];
        assertThat(frequent((b, i) -> new Random(i).nextBytes(b))).as("random bytes").isBetween(0.23, 0.27);
        assertThat(frequent((b, i) -> keys.mlKem768(invalid, 0, b, 0))).as("invalid key").isBetween(0.29, 0.33);
        assertThat(frequent((b, i) -> keys.mlKem768(valid, key, b, 0))).as("a client's key").isBetween(0.29, 0.33);
        keys.mlKem768(invalid, 0, random, 0);
        byte[] again = new byte[1088];
        keys.mlKem768(invalid, 0, again, 0);
        assertThat(again).isNotEqualTo(random);
    }

    private interface Maker {
        void make(byte[] b, int round);
    }

    private static double frequent(Maker maker) {
        boolean[] four = new boolean[1024];
        int[] count = new int[1024];
        for (int x = 0; x < 3329; x++) {
            int compressed = (2 * 1024 * x + 3329) / (2 * 3329) % 1024;
            four[compressed] = ++count[compressed] == 4;
        }
        int hits = 0;
        for (int round = 0; round < 20; round++) {
            byte[] b = new byte[1088];
            maker.make(b, round);
            for (int i = 0; i < 768; i++) {
                int bit = 10 * i;
                int value = ((b[bit / 8] & 0xff) | (b[bit / 8 + 1] & 0xff) << 8) >>> bit % 8 & 0x3ff;
                hits += four[value] ? 1 : 0;
            }
        }
        return hits / (20 * 768.0);
    }

    /** Not random: always the same bytes. */
    private static final class Repeated extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 0x42);
        }
    }
}
