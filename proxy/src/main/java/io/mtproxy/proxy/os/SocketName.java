package io.mtproxy.proxy.os;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A socket address as the kernel writes it: {@code sockaddr_in} (16 bytes), {@code sockaddr_in6} (28) or
 * {@code sockaddr_un} (110). The family is in the machine's order (little-endian on all machines of {@link Machine}), port
 * and address are in network order.
 */
final class SocketName {
    static final int UNIX = 1;
    static final int INET = 2;
    static final int INET6 = 10;

    private static final int PORT = 2;
    private static final int ADDRESS4 = 4;
    private static final int LENGTH4 = 16;
    private static final int ADDRESS6 = 8;
    private static final int SCOPE6 = 24;
    private static final int LENGTH6 = 28;
    private static final int PATH = 2;
    private static final int LONGEST_PATH = 107;

    /** Room for any family that we ask for. */
    final byte[] bytes = new byte[128];

    /** Which family a resolved address needs. */
    static int family(InetSocketAddress a) {
        return a.getAddress() instanceof Inet6Address ? INET6 : INET;
    }

    /** Writes a resolved address in the form of a family; an IPv4 address becomes a mapped one for IPv6. Returns the length. */
    int set(int family, InetSocketAddress a) {
        byte[] address = a.getAddress().getAddress();
        Arrays.fill(bytes, 0, LENGTH6, (byte) 0);
        bytes[0] = (byte) family;
        bytes[PORT] = (byte) (a.getPort() >> 8);
        bytes[PORT + 1] = (byte) a.getPort();
        if (family == INET) {
            System.arraycopy(address, 0, bytes, ADDRESS4, 4);
            return LENGTH4;
        }
        if (address.length == 4) {
            bytes[ADDRESS6 + 10] = -1;
            bytes[ADDRESS6 + 11] = -1;
        }
        System.arraycopy(address, 0, bytes, ADDRESS6 + 16 - address.length, address.length);
        int scope = a.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0;
        for (int i = 0; i < 4; i++) {
            bytes[SCOPE6 + i] = (byte) (scope >> (8 * i));
        }
        return LENGTH6;
    }

    /**
     * Writes the path of a unix socket, or its abstract name, which begins with NUL and has no end but its length. Returns
     * the length.
     */
    int set(String path) {
        byte[] p = path.getBytes(StandardCharsets.UTF_8);
        if (p.length == 0 || p.length > LONGEST_PATH) {
            throw new IllegalArgumentException(
                    "a unix socket's path has 1.." + LONGEST_PATH + " bytes, this one " + p.length + ": " + path);
        }
        bytes[0] = UNIX;
        bytes[1] = 0;
        System.arraycopy(p, 0, bytes, PATH, p.length);
        bytes[PATH + p.length] = 0;
        return PATH + p.length + (p[0] == 0 ? 0 : 1);
    }

    int family() {
        return (bytes[0] & 255) | ((bytes[1] & 255) << 8);
    }

    /** 4 or 16 bytes, a mapped IPv4 address has 4; four zeros when it is no internet address. A new array. */
    byte[] address() {
        int from = ADDRESS4;
        int length = 4;
        if (family() == INET6) {
            boolean mapped = mapped();
            from = mapped ? ADDRESS6 + 12 : ADDRESS6;
            length = mapped ? 4 : 16;
        }
        byte[] address = new byte[length];
        if (family() == INET || family() == INET6) {
            System.arraycopy(bytes, from, address, 0, length);
        }
        return address;
    }

    /** 0 when it is no internet address. */
    int port() {
        return family() == INET || family() == INET6 ? ((bytes[PORT] & 255) << 8) | (bytes[PORT + 1] & 255) : 0;
    }

    private boolean mapped() {
        for (int i = 0; i < 10; i++) {
            if (bytes[ADDRESS6 + i] != 0) {
                return false;
            }
        }
        return bytes[ADDRESS6 + 10] == -1 && bytes[ADDRESS6 + 11] == -1;
    }
}
