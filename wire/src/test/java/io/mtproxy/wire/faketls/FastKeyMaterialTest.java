package io.mtproxy.wire.faketls;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Vectors;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import javax.crypto.KEM;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastKeyMaterialTest {
    private static final int CIPHERTEXTS = 400;
    private static final byte[] NO_KEY = {};

    private FastKeyMaterial keys;

    @BeforeEach
    void sameKeysEachTime() throws GeneralSecurityException {
        SecureRandom seed = SecureRandom.getInstance("SHA1PRNG");
        seed.setSeed(7748);
        keys = new FastKeyMaterial(new Noise(seed));
    }

    /** The least and the most of each row, and all numbers between. */
    @Test
    void multipliesAsTheJdkDoes() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 64; i++) {
            byte[] choices = new byte[34];
            random.nextBytes(choices);
            if (i < 32) {
                Arrays.fill(choices, (byte) (i << 3 & 0x80 | i & 0x0f));
            }
            byte[] key = new byte[34];
            new CurveKeys().make(choices, 1, 1, key, 2);
            assertThat(Arrays.copyOfRange(key, 2, 34)).isEqualTo(Curve.publicKey(multiple(choices, 1)));
            assertThat(Arrays.copyOf(key, 2)).containsOnly(0);
        }
    }

    private static BigInteger multiple(byte[] choices, int off) {
        BigInteger multiple = BigInteger.ZERO;
        for (int i = 0; i < 32; i++) {
            int digit = (choices[off + i] & 15) + 1;
            multiple = multiple.add(BigInteger.valueOf(choices[off + i] < 0 ? -digit : digit).shiftLeft(8 * i));
        }
        return multiple;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 70})
    void manyAtOnceAreAsGoodAsOne(int count) {
        byte[] many = new byte[3 + 32 * count + 1];
        keys.x25519(many, 3, count);
        Set<BigInteger> seen = new HashSet<>();
        for (int i = 0; i < count; i++) {
            BigInteger u = Curve.number(many, 3 + 32 * i);
            assertThat(Curve.onCurve(u)).isTrue();
            seen.add(u);
        }
        assertThat(seen).hasSize(count);
        assertThat(many).startsWith(0, 0, 0).endsWith(0);
    }

    @Test
    void x25519KeysAreInTheSubgroupOfPrimeOrder() {
        assertThat(Curve.inSubgroup(BigInteger.ONE)).as("of order four").isFalse();
        assertThat(Curve.inSubgroup(BigInteger.valueOf(9))).isTrue();
        byte[] key = new byte[32];
        for (int i = 0; i < 100; i++) {
            keys.x25519(key, 0);
            BigInteger u = Curve.number(key, 0);
            assertThat(Curve.onCurve(u)).isTrue();
            assertThat(Curve.inSubgroup(u)).isTrue();
        }
    }

    /** Each bit of u but the topmost is set in half of the keys. */
    @Test
    void x25519KeysAreCanonicalAndNeverTheSame() {
        int count = 100_000;
        Set<String> seen = new HashSet<>();
        int[] set = new int[256];
        byte[] key = new byte[32];
        for (int i = 0; i < count; i++) {
            keys.x25519(key, 0);
            assertThat(Curve.number(key, 0)).isLessThan(Curve.P);
            seen.add(Vectors.hex(key));
            for (int bit = 0; bit < 256; bit++) {
                set[bit] += key[bit / 8] >>> bit % 8 & 1;
            }
        }
        assertThat(seen).hasSize(count);
        assertThat(set[255]).isZero();
        // five standard deviations
        assertThat(Arrays.stream(set, 0, 255).boxed()).allSatisfy(n -> assertThat(n).isBetween(49_200, 50_800));
    }

    /** What is expected of 1023 and of 15 degrees of freedom, and six standard deviations. */
    @Test
    void ciphertextsAreDistributedAsCiphertextsAre() {
        byte[][] ours = ciphertexts(b -> keys.mlKem768(NO_KEY, 0, b, 0));
        for (int place = 0; place < 4; place++) {
            assertThat(chiSquare(ours, 0, 768, 10, place)).isBetween(1023 - 271.0, 1023 + 271.0);
            assertThat(chiSquare(ours, 960, 256, 4, place)).isBetween(0.5, 15 + 33.0);
        }
        Random random = new Random(3);
        assertThat(chiSquare(ciphertexts(random::nextBytes), 0, 768, 10, 0)).as("random bytes").isGreaterThan(1500);
    }

    /** So the expectation is right. */
    @Test
    void theJdksCiphertextsAreDistributedSo() {
        JdkKeyMaterial jdk = new JdkKeyMaterial(new SecureRandom());
        byte[] invalid = new byte[1184];
        Arrays.fill(invalid, (byte) 0xff);
        byte[][] theirs = ciphertexts(b -> jdk.mlKem768(invalid, 0, b, 0));
        assertThat(chiSquare(theirs, 0, 768, 10, 0)).isLessThan(1500);
        assertThat(chiSquare(theirs, 960, 256, 4, 0)).isLessThan(70);
    }

    @Test
    void ciphertextsCanBeDecapsulated() throws Exception {
        KeyPair client = KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair();
        byte[] ciphertext = new byte[1091];
        keys.mlKem768(NO_KEY, 0, ciphertext, 2);
        byte[] middle = Arrays.copyOfRange(ciphertext, 2, 1090);
        assertThat(KEM.getInstance("ML-KEM").newDecapsulator(client.getPrivate()).decapsulate(middle).getEncoded())
                .hasSize(32);
        assertThat(ciphertext).startsWith(0, 0).endsWith(0);
    }

    private interface Maker {
        void make(byte[] dst);
    }

    private static byte[][] ciphertexts(Maker maker) {
        byte[][] ciphertexts = new byte[CIPHERTEXTS][1088];
        for (byte[] ciphertext : ciphertexts) {
            maker.make(ciphertext);
        }
        assertThat(new HashSet<>(Arrays.stream(ciphertexts).map(Vectors::hex).toList())).hasSize(CIPHERTEXTS);
        return ciphertexts;
    }

    /** Of every fourth of the numbers that are packed from a byte on. */
    private static double chiSquare(byte[][] ciphertexts, int off, int numbers, int bits, int place) {
        int[] count = new int[1 << bits];
        int total = 0;
        for (byte[] b : ciphertexts) {
            for (int i = place; i < numbers; i += 4, total++) {
                count[number(b, 8 * off + bits * i, bits)]++;
            }
        }
        double[] expected = new double[1 << bits];
        for (int x = 0; x < 3329; x++) {
            expected[(int) Math.round(x * (double) (1 << bits) / 3329) % (1 << bits)] += total / 3329.0;
        }
        double sum = 0;
        for (int i = 0; i < count.length; i++) {
            sum += Math.pow(count[i] - expected[i], 2) / expected[i];
        }
        return sum;
    }

    private static int number(byte[] b, int bit, int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number |= (b[(bit + i) / 8] >>> (bit + i) % 8 & 1) << i;
        }
        return number;
    }
}
