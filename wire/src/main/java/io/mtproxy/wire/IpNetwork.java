package io.mtproxy.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Addresses with a common beginning. Immutable, any thread.
 *
 * @param ip   4 or 16 bytes, 0 behind the beginning; not copied
 * @param bits how many bits are common
 */
public record IpNetwork(byte[] ip, int bits) {

    /**
     * A comma list in CIDR form, {@code 10.0.0.0/8,2001:db8::/32}; an address alone is a network of one.
     *
     * @throws IllegalArgumentException with the offending part and what was expected
     */
    public static List<IpNetwork> list(String text) {
        List<IpNetwork> networks = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            networks.add(parse(part));
        }
        return networks;
    }

    private static IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        byte[] ip = IpText.parse(slash < 0 ? text : text.substring(0, slash));
        int all = ip == null ? 0 : ip.length * 8;
        int bits = slash < 0 ? all : IpText.port(text.substring(slash + 1));
        if (ip == null || bits < 0 || bits > all) {
            throw new IllegalArgumentException(
                    "network '" + text + "' (expected: as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1)");
        }
        byte[] beginning = beginning(ip, bits);
        if (!Arrays.equals(beginning, ip)) {
            throw new IllegalArgumentException("network '" + text + "' (expected: " + IpText.format(beginning) + "/"
                    + bits + ", or more bits)");
        }
        return new IpNetwork(ip, bits);
    }

    private static byte[] beginning(byte[] ip, int bits) {
        byte[] result = ip.clone();
        for (int i = 0; i < ip.length; i++) {
            int kept = Math.clamp(bits - 8 * i, 0, 8);
            result[i] = (byte) (ip[i] & (0xff00 >> kept));
        }
        return result;
    }

    /** Whether an address of 4 or 16 bytes is one of them. Allocates nothing. */
    public boolean contains(byte[] address) {
        if (address.length != ip.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(ip, 0, whole, address, 0, whole)) {
            return false;
        }
        int rest = (0xff00 >> (bits % 8)) & 0xff;
        return rest == 0 || ((ip[whole] ^ address[whole]) & rest) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpNetwork n && bits == n.bits && Arrays.equals(ip, n.ip);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ip) + bits;
    }

    @Override
    public String toString() {
        return IpText.format(ip) + "/" + bits;
    }
}
