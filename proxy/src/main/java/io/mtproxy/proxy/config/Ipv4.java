package io.mtproxy.proxy.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** IPv4 addresses in text. */
public final class Ipv4 {
    private static final long MAX = 0xffff_ffffL;

    private Ipv4() {}

    /**
     * Strict dotted quad as C's {@code inet_pton} takes it: four decimal numbers without leading zeros.
     *
     * @return null when the text is anything else
     */
    public static @Nullable Inet4Address parse(String text) {
        int address = 0;
        int parts = 0;
        for (int start = 0; start <= text.length(); parts++) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            int octet = parts < 4 ? octet(text, start, end) : -1;
            if (octet < 0) {
                return null;
            }
            address = address << 8 | octet;
            start = end + 1;
        }
        return parts == 4 ? of(address) : null;
    }

    /** Whether the system resolver takes a name for a number: digits and dots, and no dot at the end. */
    static boolean isNumber(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < '0' || c > '9') && c != '.') {
                return false;
            }
        }
        return !name.isEmpty() && !name.endsWith(".");
    }

    /**
     * A number as the system resolver reads it ({@code inet_aton}): one to four parts, decimal, or octal with a leading 0; the
     * last part fills the remaining bytes.
     *
     * @return null when the text is anything else
     */
    static @Nullable Inet4Address parseLoose(String text) {
        long address = 0;
        int parts = 0;
        for (int start = 0; start <= text.length(); parts++) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            long part = number(text.substring(start, end));
            long bound = dot < 0 ? MAX >>> (8 * parts) : 255;
            if (parts > 3 || part < 0 || part > bound) {
                return null;
            }
            address |= dot < 0 ? part : part << (24 - 8 * parts);
            start = end + 1;
        }
        return of((int) address);
    }

    /** The address with these 32 bits, most significant byte first. */
    static Inet4Address of(int address) {
        byte[] bytes = {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static int octet(String text, int start, int end) {
        int length = end - start;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(start) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value <= 255 ? value : -1;
    }

    private static long number(String part) {
        int radix = part.length() > 1 && part.charAt(0) == '0' ? 8 : 10;
        long value = part.isEmpty() ? -1 : 0;
        for (int i = 0; i < part.length(); i++) {
            int digit = part.charAt(i) < 0x80 ? Character.digit(part.charAt(i), radix) : -1;
            if (digit < 0 || value > MAX) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
