package io.mtproxy.wire;

import java.util.Arrays;

/**
 * An end of a TCP connection as it stands in messages.
 *
 * @param ip   4 or 16 bytes in network order; not copied
 * @param port 0..65535
 */
public record Address(byte[] ip, int port) {
    public Address {
        if (ip.length != 4 && ip.length != 16) {
            throw new IllegalArgumentException("address of " + ip.length + " bytes (expected: 4 or 16)");
        }
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " (expected: 0..65535)");
        }
    }

    /** Whether all bits of the address are 0, which names no machine. */
    public boolean unspecified() {
        for (byte b : ip) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address a && port == a.port && Arrays.equals(ip, a.ip);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ip) + port;
    }

    /** As it stands in a URL: {@code 127.0.0.1:443}, {@code [0:0:0:0:0:0:0:1]:443}. */
    @Override
    public String toString() {
        String text = IpText.format(ip);
        return ip.length == 4 ? text + ":" + port : "[" + text + "]:" + port;
    }
}
