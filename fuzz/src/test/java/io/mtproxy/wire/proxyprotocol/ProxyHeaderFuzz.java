package io.mtproxy.wire.proxyprotocol;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a balancer says of a client, as it comes or behind a good beginning: the same in any pieces, and readable when written again. */
public final class ProxyHeaderFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String[] BEGINNINGS = {"", "PROXY ", "PROXY TCP4 1.2.3.4 ", "PROXY TCP6 ", "PROXY UNKNOWN",
            SIGNATURE,
            SIGNATURE + "!", SIGNATURE + "!\21\0", SIGNATURE + "!!\0", SIGNATURE + " "};

    private ProxyHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 512L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int style = in.choice(Cuts.STYLES);
        byte[] beginning = BEGINNINGS[in.choice(BEGINNINGS.length)].getBytes(StandardCharsets.ISO_8859_1);
        byte[] rest = in.rest();
        byte[] bytes = Arrays.copyOf(beginning, beginning.length + rest.length);
        System.arraycopy(rest, 0, bytes, beginning.length, rest.length);
        Reading whole = new Reading();
        Cuts.feed(bytes, 0, 0, whole);
        Reading pieces = new Reading();
        Cuts.feed(bytes, style, 0, pieces);
        same(pieces.refusal, whole.refusal, "refusal in pieces");
        same(pieces.reader.done(), whole.reader.done(), "end in pieces");
        same(pieces.reader.source(), whole.reader.source(), "client in pieces");
        if (whole.refusal == null) {
            same(pieces.used, whole.used, "length in pieces");
            require(whole.reader.done() || whole.used == bytes.length, "bytes left of what is not whole");
        }
        Address source = whole.reader.source();
        Address destination = whole.reader.destination();
        if (whole.refusal == null && whole.reader.done() && source != null && destination != null) {
            readAgain(source, destination);
        }
    }

    private static void readAgain(Address source, Address destination) {
        for (int version = 1; version <= 2; version++) {
            byte[] out = new byte[ProxyHeader.MAX_LENGTH];
            int n = ProxyHeader.encode(version, source, destination, out, 0);
            Reading again = new Reading();
            again.take(out, 0, n);
            same(again.refusal, null, "refusal of what we write");
            same(again.used, n, "length of what we write");
            same(again.reader.source(), source, "client written again");
            same(again.reader.destination(), destination, "destination written again");
        }
    }

    private static final class Reading implements Cuts.Taker {
        private final ProxyHeaderReader reader = new ProxyHeaderReader();
        private int used;
        private ProtocolException.Kind refusal;

        @Override
        public void take(byte[] b, int off, int len) {
            if (refusal != null) {
                return;
            }
            try {
                used += reader.feed(b, off, len);
            } catch (ProtocolException e) {
                refusal = e.kind();
                require(refusal == ProtocolException.Kind.MESSAGE || refusal == ProtocolException.Kind.LENGTH,
                        "kind " + refusal);
            }
        }
    }
}
