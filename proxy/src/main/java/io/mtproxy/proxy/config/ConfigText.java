package io.mtproxy.proxy.config;

import java.nio.charset.StandardCharsets;

/** A position in the text of a config file, with C's scanning rules. A NUL byte ends the text. */
final class ConfigText {
    /** What an operator sees of the place of an error. */
    private static final int NEAR = 20;

    private final byte[] bytes;
    private final int end;
    private int at;

    ConfigText(byte[] bytes) {
        this.bytes = bytes;
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        this.end = length;
    }

    /** The byte here, 0 at the end. */
    byte peek() {
        return at < end ? bytes[at] : 0;
    }

    void advance(int count) {
        at += count;
    }

    /** Skips white space, line ends and comments; false at the end of the text. */
    boolean skipSpace() {
        while (isBlank() || peek() == '\r' || peek() == '\n' || peek() == '#') {
            if (peek() == '#') {
                while (at < end && bytes[at] != '\n') {
                    at++;
                }
            } else {
                at++;
            }
        }
        return at < end;
    }

    /** Skips blanks and tabs. */
    void skipBlanks() {
        while (isBlank()) {
            at++;
        }
    }

    boolean isBlank() {
        return peek() == ' ' || peek() == '\t';
    }

    /** Moves behind a word, when it stands here; what follows it does not matter. */
    boolean take(String word) {
        if (word.length() > end - at) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    /** Takes the digits here as a number: 0 when there are none, Long.MAX_VALUE when it does not fit. */
    long number() {
        long value = 0;
        for (; isDigit(peek()); at++) {
            int digit = peek() - '0';
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return value;
    }

    /** Length of the host name here; in brackets colons are allowed too. */
    int hostLength() {
        boolean bracket = peek() == '[';
        int length = bracket ? 1 : 0;
        while (isNameByte(byteAt(length)) || (bracket && byteAt(length) == ':')) {
            length++;
        }
        return bracket && byteAt(length) == ']' ? length + 1 : length;
    }

    String text(int length) {
        return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    }

    /** Number of the line here, from 1. */
    int line() {
        int line = 1;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    /** The rest of the line, cut. */
    String near() {
        int length = 0;
        while (length < NEAR && at + length < end && byteAt(length) != '\r' && byteAt(length) != '\n') {
            length++;
        }
        return near(new String(bytes, at, length, StandardCharsets.UTF_8), length);
    }

    /** The beginning of the next {@code limit} bytes, cut. */
    String near(int limit) {
        return near(text(Math.min(limit, NEAR)), limit);
    }

    private static String near(String shown, int length) {
        return length >= NEAR ? shown + " ..." : shown;
    }

    byte byteAt(int offset) {
        return at + offset < end ? bytes[at + offset] : 0;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || isDigit(b) || b == '.' || b == '-' || b == '_';
    }
}
