package io.mtproxy.wire.faketls;

import io.mtproxy.wire.crypto.Bytes;
import java.math.BigInteger;

/**
 * A number modulo 2^255 - 19, changed in place: five signed limbs of 51 bits. Products leave limbs just above 2^51; sums and
 * differences are not reduced. A limb may be up to 2^53 in a factor, 2^52 where it is squared: that is two sums in a row, or
 * one. Arguments may be the element itself. Takes as long as the numbers make it take, so nothing secret belongs here. One owner thread.
 */
final class FieldElement {
    static final int LIMBS = 5;
    private static final int BITS = 51;
    private static final long MASK = (1L << BITS) - 1;
    /** 2^255 = 19 */
    private static final long FOLD = 19;
    /** How far a factor is shifted, so that its product's upper half counts in units of 2^55. */
    private static final int SHIFT = 9;
    private static final int UPPER = 64 - SHIFT;

    private long a0;
    private long a1;
    private long a2;
    private long a3;
    private long a4;

    /** Zero. */
    FieldElement() {}

    /** So many elements, all zero. */
    static FieldElement[] zeros(int count) {
        FieldElement[] zeros = new FieldElement[count];
        for (int i = 0; i < count; i++) {
            zeros[i] = new FieldElement();
        }
        return zeros;
    }

    /** A constant, in hexadecimal digits. */
    static FieldElement of(String hex) {
        BigInteger rest = new BigInteger(hex, 16);
        long[] limbs = new long[LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            limbs[i] = rest.shiftRight(BITS * i).longValue() & MASK;
        }
        FieldElement element = new FieldElement();
        element.load(limbs, 0);
        return element;
    }

    void set(FieldElement x) {
        limbs(x.a0, x.a1, x.a2, x.a3, x.a4);
    }

    /** To a small number. */
    void set(int value) {
        limbs(value, 0, 0, 0, 0);
    }

    void load(long[] from, int off) {
        limbs(from[off], from[off + 1], from[off + 2], from[off + 3], from[off + 4]);
    }

    void store(long[] to, int off) {
        to[off] = a0;
        to[off + 1] = a1;
        to[off + 2] = a2;
        to[off + 3] = a3;
        to[off + 4] = a4;
    }

    void sum(FieldElement x, FieldElement y) {
        limbs(x.a0 + y.a0, x.a1 + y.a1, x.a2 + y.a2, x.a3 + y.a3, x.a4 + y.a4);
    }

    void difference(FieldElement x, FieldElement y) {
        limbs(x.a0 - y.a0, x.a1 - y.a1, x.a2 - y.a2, x.a3 - y.a3, x.a4 - y.a4);
    }

    /** The low halves of a column are added modulo 2^64; what the high halves say of the sum puts that right again. */
    void product(FieldElement x, FieldElement y) {
        long x0 = x.a0;
        long x1 = x.a1;
        long x2 = x.a2;
        long x3 = x.a3;
        long x4 = x.a4;
        long y0 = y.a0;
        long y1 = y.a1;
        long y2 = y.a2;
        long y3 = y.a3;
        long y4 = y.a4;
        long f1 = FOLD * y1;
        long f2 = FOLD * y2;
        long f3 = FOLD * y3;
        long f4 = FOLD * y4;
        long h0 = high(x0, y0) + high(x1, f4) + high(x2, f3) + high(x3, f2) + high(x4, f1);
        long h1 = high(x0, y1) + high(x1, y0) + high(x2, f4) + high(x3, f3) + high(x4, f2);
        long h2 = high(x0, y2) + high(x1, y1) + high(x2, y0) + high(x3, f4) + high(x4, f3);
        long h3 = high(x0, y3) + high(x1, y2) + high(x2, y1) + high(x3, y0) + high(x4, f4);
        long h4 = high(x0, y4) + high(x1, y3) + high(x2, y2) + high(x3, y1) + high(x4, y0);
        long l0 = x0 * y0 + x1 * f4 + x2 * f3 + x3 * f2 + x4 * f1;
        long l1 = x0 * y1 + x1 * y0 + x2 * f4 + x3 * f3 + x4 * f2;
        long l2 = x0 * y2 + x1 * y1 + x2 * y0 + x3 * f4 + x4 * f3;
        long l3 = x0 * y3 + x1 * y2 + x2 * y1 + x3 * y0 + x4 * f4;
        long l4 = x0 * y4 + x1 * y3 + x2 * y2 + x3 * y1 + x4 * y0;
        reduced(low(l0, h0) + FOLD * carried(h4), low(l1, h1) + carried(h0), low(l2, h2) + carried(h1),
                low(l3, h3) + carried(h2),
                low(l4, h4) + carried(h3));
    }

    void square(FieldElement x) {
        long x0 = x.a0;
        long x1 = x.a1;
        long x2 = x.a2;
        long x3 = x.a3;
        long x4 = x.a4;
        long d0 = 2 * x0;
        long d1 = 2 * x1;
        long d3 = 2 * x3;
        long f3 = FOLD * x3;
        long f4 = FOLD * x4;
        long h0 = high(x0, x0) + high(d1, f4) + high(2 * x2, f3);
        long h1 = high(d0, x1) + high(2 * x2, f4) + high(x3, f3);
        long h2 = high(d0, x2) + high(x1, x1) + high(d3, f4);
        long h3 = high(d0, x3) + high(d1, x2) + high(x4, f4);
        long h4 = high(d0, x4) + high(d1, x3) + high(x2, x2);
        long l0 = x0 * x0 + d1 * f4 + 2 * x2 * f3;
        long l1 = d0 * x1 + 2 * x2 * f4 + x3 * f3;
        long l2 = d0 * x2 + x1 * x1 + d3 * f4;
        long l3 = d0 * x3 + d1 * x2 + x4 * f4;
        long l4 = d0 * x4 + d1 * x3 + x2 * x2;
        reduced(low(l0, h0) + FOLD * carried(h4), low(l1, h1) + carried(h0), low(l2, h2) + carried(h1),
                low(l3, h3) + carried(h2),
                low(l4, h4) + carried(h3));
    }

    /** The argument squared so often, once at least. */
    void squares(FieldElement x, int squarings) {
        square(x);
        for (int i = 1; i < squarings; i++) {
            square(this);
        }
    }

    /** floor(x * y / 2^55) */
    private static long high(long x, long y) {
        return Math.multiplyHigh(x << SHIFT, y);
    }

    /** What a column holds beyond 2^55 times {@code high}: at most 5 * 2^55, so 64 bits are enough to find it. */
    private static long low(long sum, long high) {
        return sum - (high << UPPER);
    }

    /** In the next column. */
    private static long carried(long high) {
        return high << (UPPER - BITS);
    }

    private void reduced(long r0, long r1, long r2, long r3, long r4) {
        limbs((r0 & MASK) + FOLD * (r4 >> BITS), (r1 & MASK) + (r0 >> BITS), (r2 & MASK) + (r1 >> BITS),
                (r3 & MASK) + (r2 >> BITS), (r4 & MASK) + (r3 >> BITS));
    }

    private void limbs(long r0, long r1, long r2, long r3, long r4) {
        a0 = r0;
        a1 = r1;
        a2 = r2;
        a3 = r3;
        a4 = r4;
    }

    /** Writes the number below 2^255 - 19, 32 bytes, little-endian; the element stays what it is. */
    void write(byte[] dst, int off) {
        carry(FOLD);
        carry(FOLD);
        carry(FOLD);
        // now from 0 to 2^255 - 1; the modulus is 2^51 - 19 and four times 2^51 - 1
        if (a0 >= MASK - FOLD + 1 && (a1 & a2 & a3 & a4) == MASK) {
            a0 += FOLD;
            carry(0);
        }
        Bytes.putInt64(dst, off, a0 | a1 << 51);
        Bytes.putInt64(dst, off + 8, a1 >>> 13 | a2 << 38);
        Bytes.putInt64(dst, off + 16, a2 >>> 26 | a3 << 25);
        Bytes.putInt64(dst, off + 24, a3 >>> 39 | a4 << 12);
    }

    /** Brings limbs below 2^51; what goes beyond 2^255 comes back {@code fold} times. */
    private void carry(long fold) {
        a1 += a0 >> BITS;
        a2 += a1 >> BITS;
        a3 += a2 >> BITS;
        a4 += a3 >> BITS;
        long top = a4 >> BITS;
        limbs((a0 & MASK) + fold * top, a1 & MASK, a2 & MASK, a3 & MASK, a4 & MASK);
    }
}
