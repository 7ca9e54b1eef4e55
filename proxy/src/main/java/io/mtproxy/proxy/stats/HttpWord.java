package io.mtproxy.proxy.stats;

import java.util.Locale;

/** The word that {@link HttpHead} reads: its length, and as many of its bytes as can matter. */
final class HttpWord {
    private static final int MAX_LENGTH = 4_096;
    private static final int KEPT = 15;

    private final byte[] bytes = new byte[KEPT];
    private int length;

    void clear() {
        length = 0;
    }

    void append(byte c) {
        if (length < KEPT) {
            bytes[length] = c;
        }
        length++;
    }

    int length() {
        return length;
    }

    /** Longer than C reads. */
    boolean tooLong() {
        return length > MAX_LENGTH;
    }

    /** For texts of at most 15 ASCII characters. */
    boolean is(String text) {
        return length == text.length() && text().equals(text);
    }

    /** For texts of at most 15 ASCII characters. */
    boolean isIgnoringCase(String lowerCase) {
        return length == lowerCase.length() && text().toLowerCase(Locale.ROOT).equals(lowerCase);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(length, KEPT); i++) {
            text.append((char) (bytes[i] & 255));
        }
        return text.toString();
    }
}
