package io.mtproxy.wire.tunnel;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a proxy says before it passes bytes on, as it comes or behind a good beginning: in any pieces we say the same, it ends the
 * same, and the same bytes are the target's.
 */
public final class TunnelFuzz {
    private static final int MAX_ALLOCATION = 96 << 10;
    private static final String[] URLS = {"socks5://p:1", "socks5://user:w0rd@p:1", "http://p:1",
            "http://user:w0rd@p:1"};
    private static final String[] BEGINNINGS = {"", "\5\0", "\5\0\5\0\0\1", "\5\0\5\0\0\3", "\5\0\5\0\0\4", "\5\2\1\0",
            "HTTP/1.1 200 x\r\n", "HTTP/1.1 100 x\r\n\r\nHTTP/1."};

    private TunnelFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 512L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        TunnelUrl url = TunnelUrl.parse(URLS[in.choice(URLS.length)]);
        int style = in.choice(Cuts.STYLES);
        Address target = new Address(in.bytes(in.choice(2) == 0 ? 4 : 16), in.number());
        byte[] beginning = BEGINNINGS[in.choice(BEGINNINGS.length)].getBytes(StandardCharsets.ISO_8859_1);
        byte[] rest = in.rest();
        byte[] bytes = Arrays.copyOf(beginning, beginning.length + rest.length);
        System.arraycopy(rest, 0, bytes, beginning.length, rest.length);
        Leading whole = new Leading(url.to(target));
        Cuts.feed(bytes, 0, 0, whole);
        Leading pieces = new Leading(url.to(target));
        Cuts.feed(bytes, style, 0, pieces);
        same(pieces.refusal, whole.refusal, "refusal in pieces");
        same(pieces.tunnel.open(), whole.tunnel.open(), "end in pieces");
        same(pieces.tunnel.bound(), whole.tunnel.bound(), "our end in pieces");
        require(Arrays.equals(pieces.said.toByteArray(), whole.said.toByteArray()), "says something else in pieces");
        require(Arrays.equals(pieces.stream.toByteArray(), whole.stream.toByteArray()), "stream differs in pieces");
        if (whole.refusal == null && whole.tunnel.open()) {
            byte[] stream = whole.stream.toByteArray();
            require(Arrays.equals(bytes, bytes.length - stream.length, bytes.length, stream, 0, stream.length),
                    "the stream is not what stands behind the answer");
        }
    }

    private static final class Leading implements Cuts.Taker {
        private final Tunnel tunnel;
        private final byte[] out = new byte[Tunnel.MAX_MESSAGE];
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        private String refusal;

        Leading(Tunnel tunnel) {
            this.tunnel = tunnel;
            said.write(out, 0, tunnel.greet(out, 0));
        }

        @Override
        public void take(byte[] b, int off, int len) {
            int at = off;
            try {
                while (refusal == null && at < off + len && !tunnel.open()) {
                    int n = tunnel.feed(b, at, off + len - at);
                    require(n > 0 && n <= off + len - at, n + " bytes taken");
                    at += n;
                    said.write(out, 0, tunnel.answer(out, 0));
                }
            } catch (ProtocolException e) {
                refusal = e.kind() + " " + e.getMessage();
                require(!refusal.contains("w0rd"), "the password in: " + refusal);
            }
            if (tunnel.open()) {
                stream.write(b, at, off + len - at);
            }
        }
    }
}
