package io.mtproxy.proxy.app;

/**
 * Who we are in the RPC handshake: {@code [ip:port:pid:time]} of the {@code Started as} line.
 *
 * @param ip IPv4, most significant byte first; 0 = none found
 * @param port the statistics port, -1 when not given
 * @param pid folded to 16 bits, never 0
 * @param time unix time of start in seconds
 */
public record Identity(int ip, int port, int pid, int time) {
    @Override
    public String toString() {
        return "[" + (ip >>> 24) + '.' + (ip >>> 16 & 255) + '.' + (ip >>> 8 & 255) + '.' + (ip & 255) + ':' + port
                + ':' + pid + ':' + time + ']';
    }
}
