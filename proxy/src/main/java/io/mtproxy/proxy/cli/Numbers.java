package io.mtproxy.proxy.cli;

/** Numbers as C reads them: leading white space, a sign, digits; what follows is ignored, garbage is 0. */
final class Numbers {
    private Numbers() {}

    /** A number and where it ended. */
    record Scanned(long value, int end) {}

    /** C's {@code atoi}: no overflow check, the number is cut to 32 bits. */
    static int atoi(String text) {
        return (int) scan(text, 0).value();
    }

    /**
     * C's {@code strtol}; the value is held at the bounds of a long.
     *
     * @return end = {@code from} when there is no number
     */
    static Scanned scan(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        boolean negative = at < text.length() && text.charAt(at) == '-';
        if (negative || (at < text.length() && text.charAt(at) == '+')) {
            at++;
        }
        int digits = at;
        long value = 0;
        for (; at < text.length() && isDigit(text.charAt(at)); at++) {
            int digit = text.charAt(at) - '0';
            value = value < (Long.MIN_VALUE + digit) / 10 ? Long.MIN_VALUE : value * 10 - digit;
        }
        if (at == digits) {
            return new Scanned(0, from);
        }
        return new Scanned(negative ? value : value == Long.MIN_VALUE ? Long.MAX_VALUE : -value, at);
    }

    /** C's {@code atof} for plain and scientific notation. */
    static double atof(String text) {
        int at = 0;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        int start = at;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        int digits = at;
        at = skipDigits(text, at);
        int count = at - digits;
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = skipDigits(text, at + 1);
            count += fraction - at - 1;
            at = fraction;
        }
        return count == 0 ? 0 : Double.parseDouble(text.substring(start, exponent(text, at)));
    }

    private static int exponent(String text, int from) {
        if (from >= text.length() || (text.charAt(from) | 0x20) != 'e') {
            return from;
        }
        int at = from + 1;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        int end = skipDigits(text, at);
        return end == at ? from : end;
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
