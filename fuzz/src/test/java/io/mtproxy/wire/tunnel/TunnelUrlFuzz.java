package io.mtproxy.wire.tunnel;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.Address;
import java.nio.charset.StandardCharsets;

/** The operator's URL of a proxy: within its bounds or refused with what was expected, and the password told to nobody. */
public final class TunnelUrlFuzz {
    private static final int MAX_ALLOCATION = 96 << 10;
    private static final String PASSWORD = "0123456789abcdef";

    private TunnelUrlFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 512L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        boolean secret = in.choice(2) == 1;
        String text = new String(in.rest(), StandardCharsets.ISO_8859_1);
        if (secret) {
            text = "socks5://user:" + PASSWORD + "@" + text;
        }
        String shown;
        try {
            shown = parsed(text);
        } catch (IllegalArgumentException e) {
            shown = e.getMessage();
            require(shown.contains("expected"), "does not say what was expected: " + shown);
        }
        boolean elsewhere = text.indexOf(PASSWORD) != text.lastIndexOf(PASSWORD);
        require(!secret || elsewhere || !shown.contains(PASSWORD), "the password in: " + shown);
    }

    private static String parsed(String text) {
        TunnelUrl url = TunnelUrl.parse(text);
        require(url.port() >= 1 && url.port() <= 65535 && url.weight() >= 1 && url.weight() <= 1000,
                "bounds of " + url);
        require(text.contains(url.host()) && !url.host().isEmpty(), "host of " + url);
        byte[] out = new byte[Tunnel.MAX_MESSAGE];
        require(url.to(new Address(new byte[16], 65535)).greet(out, 0) > 0, "says nothing");
        same(TunnelUrl.parse(url.toString()).toString(), url.toString(), "read again");
        return url.toString();
    }
}
