package io.mtproxy.proxy.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Fields of text files in /proc/self, which cost less than a linked function. */
final class ProcSelf {
    private ProcSelf() {}

    /** A whole file of /proc/self, or null on a system without it. */
    static @Nullable String read(String name) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/self", name)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    /** The rest of the line that starts with a key, without white space at both ends; null when there is no such line. */
    static @Nullable String field(@Nullable String text, String key) {
        if (text == null) {
            return null;
        }
        for (int start = 0; start < text.length();) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            if (text.startsWith(key, start)) {
                return text.substring(start + key.length(), end).trim();
            }
            start = end + 1;
        }
        return null;
    }

    /** The words of a field: runs of anything but blanks and tabs. */
    static String word(String field, int index) {
        int at = 0;
        for (int i = 0;; i++) {
            int start = at;
            while (at < field.length() && !blank(field.charAt(at))) {
                at++;
            }
            if (i == index || at == field.length()) {
                return i == index ? field.substring(start, at) : "";
            }
            while (at < field.length() && blank(field.charAt(at))) {
                at++;
            }
        }
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }
}
