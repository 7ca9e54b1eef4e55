package io.mtproxy.wire.proxyprotocol;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.IpText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes headers, and knows what both sides have to know of their form. Stateless, any thread. */
public final class ProxyHeader {
    /** Bytes of the longest header that is written here. */
    public static final int MAX_LENGTH = 107;

    /** The protocol's document, 2.1: so long is a line of version 1 at most. */
    static final int MAX_V1 = 107;
    static final String V1 = "PROXY ";
    /** ... 2.2: what no HTTP, SSH or TLS begins with. */
    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    static final int SIGNATURE_LENGTH = 12;
    /** Signature, version and command, family and protocol, length. */
    static final int V2_HEAD = 16;
    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;
    static final int TCP4 = 0x11;
    static final int TCP6 = 0x21;
    static final int ADDRESSES_4 = 12;
    static final int ADDRESSES_6 = 36;

    private static final int IPV6 = 16;

    private ProxyHeader() {}

    static byte signature(int i) {
        return SIGNATURE[i];
    }

    /**
     * Writes the header of a connection. Where the families differ, the IPv4 address is written as an IPv6 one
     * ({@code ::ffff:a.b.c.d}).
     *
     * @param version 1 or 2
     * @param source the client
     * @param destination where the client connected to
     * @return bytes, at most {@link #MAX_LENGTH}
     */
    public static int encode(int version, Address source, Address destination, byte[] out, int off) {
        boolean wide = source.ip().length == IPV6 || destination.ip().length == IPV6;
        Address from = wide ? wide(source) : source;
        Address to = wide ? wide(destination) : destination;
        return switch (version) {
            case 1 -> line(wide, from, to, out, off);
            case 2 -> binary(wide, from, to, out, off);
            default -> throw new IllegalArgumentException("version " + version + " (expected: 1 or 2)");
        };
    }

    /** The header of a connection that is for nobody but ourselves, as a balancer's check of health. */
    public static byte[] ofOurOwn(int version) {
        return switch (version) {
            case 1 -> (V1 + "UNKNOWN\r\n").getBytes(StandardCharsets.US_ASCII);
            case 2 -> {
                byte[] header = Arrays.copyOf(SIGNATURE, V2_HEAD);
                header[SIGNATURE_LENGTH] = LOCAL;
                yield header;
            }
            default -> throw new IllegalArgumentException("version " + version + " (expected: 1 or 2)");
        };
    }

    private static int line(boolean wide, Address from, Address to, byte[] out, int off) {
        String line = V1 + (wide ? "TCP6 " : "TCP4 ") + IpText.format(from.ip()) + ' '
                + IpText.format(to.ip()) + ' ' + from.port() + ' ' + to.port() + "\r\n";
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, out, off, bytes.length);
        return bytes.length;
    }

    private static int binary(boolean wide, Address from, Address to, byte[] out, int off) {
        int ip = from.ip().length;
        System.arraycopy(SIGNATURE, 0, out, off, SIGNATURE_LENGTH);
        out[off + 12] = PROXY;
        out[off + 13] = (byte) (wide ? TCP6 : TCP4);
        putInt16(out, off + 14, wide ? ADDRESSES_6 : ADDRESSES_4);
        System.arraycopy(from.ip(), 0, out, off + V2_HEAD, ip);
        System.arraycopy(to.ip(), 0, out, off + V2_HEAD + ip, ip);
        putInt16(out, off + V2_HEAD + 2 * ip, from.port());
        putInt16(out, off + V2_HEAD + 2 * ip + 2, to.port());
        return V2_HEAD + 2 * ip + 4;
    }

    private static void putInt16(byte[] out, int at, int value) {
        out[at] = (byte) (value >> 8);
        out[at + 1] = (byte) value;
    }

    private static Address wide(Address address) {
        if (address.ip().length == IPV6) {
            return address;
        }
        byte[] ip = new byte[IPV6];
        ip[10] = (byte) 0xff;
        ip[11] = (byte) 0xff;
        System.arraycopy(address.ip(), 0, ip, 12, 4);
        return new Address(ip, address.port());
    }

    /** An IPv4 address that is written as an IPv6 one becomes one of 4 bytes again. */
    static Address narrow(byte[] ip, int port) {
        boolean mapped = ip.length == IPV6 && ip[10] == (byte) 0xff && ip[11] == (byte) 0xff;
        for (int i = 0; mapped && i < 10; i++) {
            mapped = ip[i] == 0;
        }
        return new Address(mapped ? Arrays.copyOfRange(ip, 12, IPV6) : ip, port);
    }
}
