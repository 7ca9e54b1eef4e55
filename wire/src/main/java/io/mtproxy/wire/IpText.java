package io.mtproxy.wire;

import org.jspecify.annotations.Nullable;

/** Addresses in text, strictly: no names, no zones, no leading zeros in IPv4. Stateless, any thread. */
public final class IpText {
    private static final int IPV4 = 4;
    private static final int IPV6 = 16;

    private IpText() {}

    /** Either family; null when the text is neither. */
    public static byte @Nullable [] parse(String text) {
        return text.indexOf(':') < 0 ? parse4(text) : parse6(text);
    }

    /** Four decimal numbers; null when the text is anything else. */
    public static byte @Nullable [] parse4(String text) {
        byte[] ip = new byte[IPV4];
        int at = 0;
        for (int i = 0; i < IPV4; i++) {
            int dot = text.indexOf('.', at);
            int end = i == IPV4 - 1 ? text.length() : dot;
            int octet = end < 0 ? -1 : number(text, at, end, 255);
            if (octet < 0) {
                return null;
            }
            ip[i] = (byte) octet;
            at = end + 1;
        }
        return ip;
    }

    /** RFC 4291, 2.2: all three forms; null when the text is anything else. */
    public static byte @Nullable [] parse6(String text) {
        byte[] head = new byte[IPV6];
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, 0, text.length(), true, head) == IPV6 ? head : null;
        }
        byte[] tail = new byte[IPV6];
        int before = groups(text, 0, gap, false, head);
        int behind = groups(text, gap + 2, text.length(), true, tail);
        if (before < 0 || behind < 0 || before + behind > IPV6 - 2) {
            return null;
        }
        System.arraycopy(tail, 0, head, IPV6 - behind, behind);
        return head;
    }

    /** A port without leading zeros, 0..65535; -1 when the text is anything else. */
    public static int port(String text) {
        return number(text, 0, text.length(), 0xffff);
    }

    /** IPv4 with dots, IPv6 as eight groups without a gap. */
    public static String format(byte[] ip) {
        StringBuilder text = new StringBuilder(39);
        if (ip.length == IPV4) {
            for (byte octet : ip) {
                text.append(text.isEmpty() ? "" : ".").append(octet & 0xff);
            }
            return text.toString();
        }
        for (int i = 0; i < IPV6; i += 2) {
            text.append(i == 0 ? "" : ":").append(Integer.toHexString(((ip[i] & 0xff) << 8) | (ip[i + 1] & 0xff)));
        }
        return text.toString();
    }

    /** Groups between colons, the last one perhaps in the form of IPv4; how many bytes, -1 when they are none. */
    private static int groups(String text, int from, int to, boolean dotted, byte[] ip) {
        int n = 0;
        for (int at = from; from < to && at <= to;) {
            int colon = text.indexOf(':', at);
            int end = colon < 0 || colon > to ? to : colon;
            byte[] quad = dotted && end == to && n <= IPV6 - IPV4 ? parse4(text.substring(at, end)) : null;
            if (quad != null) {
                System.arraycopy(quad, 0, ip, n, IPV4);
                return n + IPV4;
            }
            int group = group(text, at, end);
            if (group < 0 || n == IPV6) {
                return -1;
            }
            ip[n++] = (byte) (group >> 8);
            ip[n++] = (byte) group;
            at = end + 1;
        }
        return n;
    }

    private static int group(String text, int from, int to) {
        if (to <= from || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int number(String text, int from, int to, int max) {
        if (to <= from || to - from > 5 || (to - from > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value <= max ? value : -1;
    }
}
