package io.mtproxy.tools.link;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import java.nio.charset.StandardCharsets;

/** A secret as an operator types it: no message shows what was typed. */
public final class ProxySecretFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;

    private ProxySecretFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 256L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        String text = new String(in.rest(), StandardCharsets.UTF_8);
        ProxySecret secret;
        try {
            secret = ProxySecret.parse(text);
        } catch (IllegalArgumentException e) {
            require(text.length() < 8 || !String.valueOf(e.getMessage()).contains(text),
                    "the message tells the secret");
            return;
        }
        same(secret.key().length, 16, "bytes");
        same(ProxySecret.parse(secret.paddedOnly() ? secret.forClients() : secret.plain()), secret,
                "written and read again");
        require(!secret.toString().contains(secret.plain()), "its text tells the secret");
    }
}
