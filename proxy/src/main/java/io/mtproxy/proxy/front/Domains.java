package io.mtproxy.proxy.front;

import java.nio.charset.StandardCharsets;

/** Names of sites. C takes any bytes for one, so these may be anything but a zero byte. */
final class Domains {
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

    private Domains() {}

    /** A character for each byte, as {@code ClientHello.serverName()} has it. */
    static String onTheWire(String domain) {
        return new String(domain.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether only this machine knows what the name means: it has no dot, so it must stand in the hosts file. Such a site is
     * near, and another one tomorrow perhaps: it is asked at every start.
     */
    static boolean local(String domain) {
        return domain.indexOf('.') < 0;
    }

    /** A word of letters, digits, dots, hyphens, underscores and %XX: fit for files and file names. */
    static String escape(String domain) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : domain.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(b) >= 0) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(digit(b >> 4)).append(digit(b));
            }
        }
        return escaped.toString();
    }

    private static char digit(int value) {
        return Character.toUpperCase(Character.forDigit(value & 15, 16));
    }
}
