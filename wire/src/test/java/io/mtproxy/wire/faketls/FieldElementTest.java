package io.mtproxy.wire.faketls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldElementTest {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final int BITS = 51;
    /** The most that the class allows in a factor. */
    private static final long FACTOR = 1L << 53;
    private static final long SQUARED = 1L << 52;

    private final Random random = new Random(25519);

    @Test
    void multipliesWhateverLimbsAreAllowed() {
        FieldElement product = new FieldElement();
        List<long[]> numbers = numbers(FACTOR);
        for (long[] x : numbers) {
            for (long[] y : numbers) {
                product.product(element(x), element(y));
                assertThat(value(product)).isEqualTo(value(x).multiply(value(y)).mod(P));
                assertTight(product);
            }
        }
    }

    @Test
    void squaresWhateverLimbsAreAllowed() {
        FieldElement square = new FieldElement();
        for (long[] x : numbers(SQUARED)) {
            square.square(element(x));
            assertThat(value(square)).isEqualTo(value(x).pow(2).mod(P));
            assertTight(square);
            square.squares(element(x), 7);
            assertThat(value(square)).isEqualTo(value(x).modPow(BigInteger.valueOf(128), P));
        }
    }

    @Test
    void addsAndSubtracts() {
        FieldElement result = new FieldElement();
        List<long[]> numbers = numbers(SQUARED);
        for (int i = 1; i < numbers.size(); i++) {
            long[] x = numbers.get(i - 1);
            long[] y = numbers.get(i);
            result.sum(element(x), element(y));
            assertThat(value(result)).isEqualTo(value(x).add(value(y)).mod(P));
            result.difference(element(x), element(y));
            assertThat(value(result)).isEqualTo(value(x).subtract(value(y)).mod(P));
        }
    }

    @Test
    void anElementMayBeItsOwnArgument() {
        for (long[] x : numbers(SQUARED)) {
            FieldElement element = element(x);
            element.product(element, element);
            assertThat(value(element)).isEqualTo(value(x).pow(2).mod(P));
            element.sum(element, element);
            element.square(element);
            assertThat(value(element)).isEqualTo(value(x).pow(4).shiftLeft(2).mod(P));
        }
    }

    /** {@link #value(FieldElement)} checks that it is below the modulus. */
    @Test
    void writesNumbersNextToTheModulus() {
        long full = (1L << BITS) - 1;
        for (long low = full - 40; low <= full + 40; low++) {
            long[] limbs = {low, full, full, full, full};
            assertThat(value(element(limbs))).isEqualTo(value(limbs).mod(P));
        }
        for (long low = -40; low <= 40; low++) {
            long[] limbs = {low, 0, 0, 0, 0};
            assertThat(value(element(limbs))).isEqualTo(value(limbs).mod(P));
        }
    }

    @Test
    void invertsManyAtOnce() {
        for (int count : new int[] {1, 2, 7}) {
            FieldElement[] elements = FieldElement.zeros(7);
            List<BigInteger> expected = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                long[] limbs = limbs(SQUARED);
                elements[i].load(limbs, 0);
                expected.add(i < count ? value(limbs).modInverse(P) : value(limbs).mod(P));
            }
            new Inverses(7).invert(elements, count);
            assertThat(elements).extracting(FieldElementTest::value).isEqualTo(expected);
        }
    }

    @Test
    void readsConstants() {
        String hex = "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";
        assertThat(value(FieldElement.of(hex))).isEqualTo(new BigInteger(hex, 16));
    }

    /** What may be added to once more and still be a factor. */
    private static void assertTight(FieldElement element) {
        long[] limbs = new long[FieldElement.LIMBS];
        element.store(limbs, 0);
        for (long limb : limbs) {
            assertThat(limb).isBetween(-(1L << 20), (1L << BITS) + (1L << 20));
        }
    }

    /** Random ones, and those with each limb at one end or the other. */
    private List<long[]> numbers(long bound) {
        List<long[]> numbers = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            long[] ends = new long[FieldElement.LIMBS];
            for (int j = 0; j < ends.length; j++) {
                ends[j] = (i >> j & 1) == 0 ? bound : -bound;
            }
            numbers.add(ends);
            numbers.add(limbs(bound));
        }
        return numbers;
    }

    private long[] limbs(long bound) {
        return random.longs(FieldElement.LIMBS, -bound, bound + 1).toArray();
    }

    private static FieldElement element(long[] limbs) {
        FieldElement element = new FieldElement();
        element.load(limbs, 0);
        return element;
    }

    private static BigInteger value(long[] limbs) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < limbs.length; i++) {
            value = value.add(BigInteger.valueOf(limbs[i]).shiftLeft(BITS * i));
        }
        return value;
    }

    private static BigInteger value(FieldElement element) {
        FieldElement copy = new FieldElement();
        copy.set(element);
        byte[] bytes = new byte[32];
        copy.write(bytes, 0);
        BigInteger value = Curve.number(bytes, 0);
        assertThat(value).isLessThan(P);
        return value;
    }
}
