package io.mtproxy.proxy.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * One end of a TCP connection.
 *
 * @param address 4 or 16 bytes in network order; an IPv4 address that came in through an IPv6 socket has 4
 * @param port    0..65535
 */
public record Endpoint(byte[] address, int port) {
    /** An unknown end: 0.0.0.0:0. */
    public static final Endpoint NONE = new Endpoint(new byte[4], 0);

    /** The end that a resolved socket address names. */
    public static Endpoint of(InetSocketAddress socketAddress) {
        InetAddress a = socketAddress.getAddress();
        return new Endpoint(a.getAddress(), socketAddress.getPort());
    }

    /** As people write it: {@code 127.0.0.1:443}, {@code [::1]:443}. */
    @Override
    public String toString() {
        if (address.length == 4) {
            return (address[0] & 255) + "." + (address[1] & 255) + "." + (address[2] & 255) + "." + (address[3] & 255)
                    + ":" + port;
        }
        StringBuilder s = new StringBuilder("[");
        for (int i = 0; i < 16; i += 2) {
            s.append(i == 0 ? "" : ":").append(Integer.toHexString(((address[i] & 255) << 8) | (address[i + 1] & 255)));
        }
        return s.append("]:").append(port).toString();
    }
}
