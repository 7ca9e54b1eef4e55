package io.mtproxy.proxy.front;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.faketls.Tls;
import java.util.Arrays;

/** What a site answers to our hello, in any segmentation: the same sighting or the same words of refusal. */
public final class FlightParserFuzz {
    private static final int MAX_ALLOCATION = 256 << 10;
    private static final byte[] SESSION_ID = new byte[32];

    private FlightParserFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int style = in.choice(Cuts.STYLES);
        int how = in.choice(4);
        byte[] flight = in.rest();
        if (how > 0) {
            repair(flight, how);
        }
        same(read(flight, style), read(flight, 0), "in pieces");
    }

    private static String read(byte[] flight, int style) {
        FlightParser parser = new FlightParser("site.test", SESSION_ID);
        String[] failure = new String[1];
        Cuts.feed(flight, style, 0, (b, off, len) -> {
            if (failure[0] == null) {
                try {
                    parser.feed(b, off, len);
                } catch (ProbeFailure e) {
                    failure[0] = String.valueOf(e.getMessage());
                }
            }
        });
        if (failure[0] != null) {
            return failure[0];
        }
        same(parser.bytes(), (long) flight.length, "bytes");
        require(parser.encryptedBytes() <= flight.length, "encrypted bytes");
        return parser.complete() ? parser.seen().toString() : "incomplete";
    }

    /** A first record whose headers are right, with the lengths that it says as far as they fit. */
    private static void repair(byte[] b, int how) {
        if (b.length < 50) {
            return;
        }
        int length = Math.min(Math.max(Tls.uint16(b, 3) & 0x7ff, 42), b.length - Tls.HEADER);
        Tls.putHeader(b, 0, Tls.HANDSHAKE, length);
        b[5] = Tls.SERVER_HELLO;
        b[6] = 0;
        Tls.putUint16(b, 7, length - Tls.HANDSHAKE_HEADER);
        Tls.putUint16(b, 9, Tls.TLS_1_2);
        int extensions = 43 + 1 + 32 + 3;
        if (how > 1 && length >= extensions + 2) {
            b[43] = 32;
            Arrays.fill(b, 44, 76, (byte) 0);
            Tls.putUint16(b, extensions, Tls.HEADER + length - extensions - 2);
        }
        int next = Tls.HEADER + length;
        if (how > 2 && next + 11 <= b.length) {
            Tls.putChangeCipherSpec(b, next);
            b[next + 6] = Tls.APPLICATION_DATA;
            b[next + 7] = 3;
            b[next + 8] = 3;
        }
    }
}
