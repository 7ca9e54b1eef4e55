package io.mtproxy.tools.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Are the two files from Telegram what they should be? A first look, for a clear word before anything is made; the daemon
 * has the last word.
 */
final class TelegramInput {

    private static final String SITE = "https://core.telegram.org/";

    /** What the daemon takes. */
    private static final int MAX_CONFIG = 16 << 20;
    private static final int MIN_SECRET = 32;
    private static final int MAX_SECRET = 256;

    private static final Pattern COMMENT = Pattern.compile("#.*");
    private static final Pattern PROXY = Pattern.compile("(^|[\\s;])proxy(_for\\s+-?\\d+)?\\s+[^\\s;]+\\s*;");

    private TelegramInput() {}

    /**
     * Looks at the file of getProxyConfig.
     *
     * @throws IllegalArgumentException saying what it is and what is expected
     */
    static void checkConfig(Path file) {
        String expected = " (expected: the file from " + SITE + "getProxyConfig)";
        String text = new String(read(file, 0, MAX_CONFIG, expected), StandardCharsets.ISO_8859_1);
        if (!PROXY.matcher(COMMENT.matcher(text).replaceAll("")).find()) {
            throw new IllegalArgumentException(file + ": no line 'proxy_for N HOST:PORT;' in it" + expected);
        }
    }

    /** Looks at the file of getProxySecret, in the same way. */
    static void checkSecret(Path file) {
        read(file, MIN_SECRET, MAX_SECRET, " (expected: the file from " + SITE + "getProxySecret)");
    }

    private static byte[] read(Path file, int min, int max, String expected) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + ": not a regular file" + expected);
            }
            long size = Files.size(file);
            if (size < min || size > max) {
                throw new IllegalArgumentException(
                        file + ": " + size + " bytes, not " + min + ".." + max + expected);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(Failures.say(e) + expected, e);
        }
    }
}
