package io.mtproxy.proxy.stats;

/** The value of a Content-Length header, digit by digit. */
final class HttpLength {
    /** C takes no further digit from here on. */
    private static final int MAX = Integer.MAX_VALUE / 10;

    private boolean given;
    private boolean digits;
    private int value;

    /** A header begins; false when there was one before. */
    boolean begin() {
        boolean first = !given;
        given = true;
        return first;
    }

    /** Takes a digit; false when it is none, or one too many. */
    boolean take(byte c) {
        if (!isDigit(c) || value >= MAX) {
            return false;
        }
        value = value * 10 + c - '0';
        digits = true;
        return true;
    }

    static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    boolean given() {
        return given;
    }

    boolean hasDigits() {
        return digits;
    }

    int value() {
        return value;
    }
}
