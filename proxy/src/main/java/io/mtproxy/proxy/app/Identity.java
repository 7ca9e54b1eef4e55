package io.mtproxy.proxy.app;

import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/**
 * Who we are in the RPC handshake: {@code [ip:port:pid:time]} of the {@code Started as} line.
 *
 * @param ip IPv4, most significant byte first; 0 = none found
 * @param port the statistics port as the 16 signed bits of the protocol, -1 when not given
 * @param pid folded to 16 bits, never 0
 * @param time unix time of start in seconds
 */
public record Identity(int ip, int port, int pid, int time) {
    private static final int LOOPBACK = 0x7f000001;

    /** The identity of this process. */
    static Identity of(@Nullable Inet4Address address, int port, long pid, long time) {
        int ip = address == null ? 0 : bits(address);
        int folded = (int) ((pid ^ (pid >>> 16)) & 0xffff);
        return new Identity(ip == LOOPBACK ? 0 : ip, (short) port, folded == 0 ? 1 : folded, (int) time);
    }

    /** The 32 bits of an address, most significant byte first. */
    static int bits(Inet4Address address) {
        byte[] b = address.getAddress();
        return (b[0] & 255) << 24 | (b[1] & 255) << 16 | (b[2] & 255) << 8 | (b[3] & 255);
    }

    @Override
    public String toString() {
        return "[" + (ip >>> 24) + '.' + (ip >>> 16 & 255) + '.' + (ip >>> 8 & 255) + '.' + (ip & 255) + ':' + port
                + ':' + pid + ':' + time + ']';
    }
}
