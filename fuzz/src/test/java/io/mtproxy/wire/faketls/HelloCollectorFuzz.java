package io.mtproxy.wire.faketls;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.faketls.HelloCollector.Verdict;
import java.util.Arrays;

/** The beginning of a connection in any segments and records: the verdict does not depend on the segments. */
public final class HelloCollectorFuzz {
    private static final int MAX_ALLOCATION = 256 << 10;

    private static final int SMALLEST_PIECES = 8;

    private HelloCollectorFuzz() {}

    /** The bound is for the copies that are made here, one for each piece. */
    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + ((long) data.length * data.length << 5), () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int cuts = in.choice(Cuts.STYLES);
        int how = in.choice(4);
        int size = 1 + in.choice(256);
        byte[] bytes = in.rest();
        if (how > 0) {
            bytes = HelloBytes.repaired(bytes);
        }
        byte[] record = bytes;
        if (how > 1) {
            bytes = ClientHelloBuilder.split(bytes, size);
            damage(bytes, how == 3 ? size : bytes.length);
        }
        // each piece costs a copy of all before it
        int style = bytes.length > 100 ? Math.max(cuts, SMALLEST_PIECES) : cuts;
        HelloCollector whole = new HelloCollector();
        Verdict verdict = whole.look(bytes, 0, bytes.length);
        if (verdict == Verdict.HELLO) {
            hello(whole, bytes, record, how == 2);
        }
        require(how != 2 || verdict == Verdict.HELLO || record.length < 54 || record.length > 16_384,
                verdict + " for a hello of " + record.length + " in records of " + size);
        inPieces(bytes, style, whole, verdict);
    }

    private static void damage(byte[] bytes, int at) {
        if (at < bytes.length) {
            bytes[at] ^= 1;
        }
    }

    private static void hello(HelloCollector collector, byte[] bytes, byte[] record, boolean undamaged) {
        require(collector.length() > 0 && collector.length() <= Math.min(bytes.length, HelloCollector.MAX_LENGTH),
                "hello of " + collector.length());
        require(collector.records() > 0, "no records");
        ClientHello hello = collector.hello(bytes, 0);
        if (hello != null) {
            require(hello.length() <= Tls.HEADER + HelloCollector.MAX_HANDSHAKE, "hello of " + hello.length());
            hello.serverName();
        }
        if (undamaged) {
            same(hello == null, ClientHello.parse(record, 0, record.length) == null, "malformed");
        }
    }

    private static void inPieces(byte[] bytes, int style, HelloCollector whole, Verdict verdict) {
        HelloCollector collector = new HelloCollector();
        byte[] seen = new byte[bytes.length];
        int[] length = new int[1];
        Verdict[] last = {Verdict.MORE};
        Cuts.feed(bytes, style, 0, (b, off, len) -> {
            System.arraycopy(b, off, seen, length[0], len);
            length[0] += len;
            if (last[0] == Verdict.MORE) {
                // only what has come can be looked at
                last[0] = collector.look(Arrays.copyOf(seen, length[0]), 0, length[0]);
            }
        });
        if (bytes.length > 0) {
            same(last[0], verdict, "in pieces");
        }
        same(collector.length(), whole.length(), "length in pieces");
        same(collector.records(), whole.records(), "records in pieces");
    }
}
