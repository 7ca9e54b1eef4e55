package io.mtproxy.wire.faketls;

import java.util.Arrays;

/** Puts the lengths of a damaged ClientHello right, so that a fuzzer gets behind them. */
final class HelloBytes {
    /** Record header, handshake header, version, random, length of the session id. */
    private static final int MIN = Tls.RANDOM + Tls.RANDOM_LENGTH + 1;

    private HelloBytes() {}

    /** A record with right headers, and with a right length of the extensions where one can be found. In place if long enough. */
    static byte[] repaired(byte[] bytes) {
        byte[] b = bytes.length < MIN ? Arrays.copyOf(bytes, MIN) : bytes;
        int length = Math.min(b.length, Tls.HEADER + 0xffff);
        b[0] = Tls.HANDSHAKE;
        b[1] = 3;
        b[2] = (byte) (1 + (b[2] & 1));
        Tls.putUint16(b, 3, length - Tls.HEADER);
        b[5] = Tls.CLIENT_HELLO;
        Tls.putUint24(b, 6, length - Tls.HEADER - Tls.HANDSHAKE_HEADER);
        Tls.putUint16(b, 9, Tls.TLS_1_2);
        b[MIN - 1] &= 31;
        extensions(b, length);
        return b.length == length ? b : Arrays.copyOf(b, length);
    }

    private static void extensions(byte[] b, int length) {
        int at = MIN + b[MIN - 1];
        if (at + 2 > length) {
            return;
        }
        at += 2 + Tls.uint16(b, at);
        if (at >= length) {
            return;
        }
        at += 1 + (b[at] & 255);
        if (at + 2 <= length) {
            Tls.putUint16(b, at, length - at - 2);
        }
    }
}
