package io.mtproxy.proxy.config;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;

import io.mtproxy.fuzz.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Telegram's shared secret: any bytes, 32 to 256 of them, given by name or found in its place. */
public final class PasswordFileFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;

    private PasswordFileFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 64L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        String path = in.choice(2) == 0 ? null : "secret-file";
        byte[] bytes = in.rest();
        boolean good = bytes.length >= 32 && bytes.length <= 256;
        List<String> details = new ArrayList<>();
        try {
            PasswordFile file = PasswordFile.of(path, bytes, details::add);
            require(good && Arrays.equals(file.secret(), bytes), "taken: " + bytes.length + " bytes");
            require(file.md5().matches("[0-9a-f]{32}"), "md5 " + file.md5());
        } catch (Refusal e) {
            require(!good && !e.lines().isEmpty(), "refused: " + bytes.length + " bytes");
        }
        require(!details.isEmpty(), "nothing for the curious");
    }
}
