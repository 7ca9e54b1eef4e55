package io.mtproxy.proxy.config;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Files of client secrets, against a reading by regular expressions. */
public final class SecretFileFuzz {
    private static final int MAX_ALLOCATION = 512 << 10;

    private SecretFileFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 4096L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        byte[] text = in.rest();
        List<String> expected = read(new String(text, StandardCharsets.ISO_8859_1));
        SecretLoader loader = new SecretLoader();
        try {
            loader.text("secrets", text);
        } catch (Refusal e) {
            require(e.exitCode() == 2 && e.usage() && !e.lines().isEmpty(), "refusal " + e.lines());
            require(expected == null || expected.isEmpty() || expected.size() > SecretLoader.MAX_SECRETS,
                    "refused: " + e.lines());
            return;
        }
        same(loader.secrets().stream().map(HexFormat.of()::formatHex).toList(), expected, "secrets");
    }

    /** null when something is no secret */
    private static List<String> read(String text) {
        List<String> secrets = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            for (String word : line.replaceFirst("(?s)[#\0].*", "").split("[, \t\r]+", 0)) {
                if (!word.isEmpty()) {
                    if (!word.matches("[0-9a-fA-F]{32}")) {
                        return null;
                    }
                    secrets.add(word.toLowerCase(Locale.ROOT));
                }
            }
        }
        return secrets;
    }
}
