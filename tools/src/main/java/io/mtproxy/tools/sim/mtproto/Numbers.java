package io.mtproxy.tools.sim.mtproto;

import java.math.BigInteger;
import java.util.Arrays;

/** Big-endian unsigned forms of big numbers, and joining of arrays. */
final class Numbers {
    private Numbers() {}

    static BigInteger of(byte[] bigEndian) {
        return new BigInteger(1, bigEndian);
    }

    /** Without leading zero bytes; empty for zero. */
    static byte[] unsigned(BigInteger value) {
        return fixed(value, (value.bitLength() + 7) / 8);
    }

    /** With exactly this many bytes. */
    static byte[] fixed(BigInteger value, int length) {
        byte[] signed = value.toByteArray();
        byte[] fixed = new byte[length];
        int count = Math.min(length, signed.length);
        System.arraycopy(signed, signed.length - count, fixed, length - count, count);
        return fixed;
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int offset = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, offset, part.length);
            offset += part.length;
        }
        return joined;
    }

    static byte[] part(byte[] bytes, int offset, int length) {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    static byte[] xor(byte[] a, byte[] b) {
        byte[] result = a.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= b[i];
        }
        return result;
    }
}
