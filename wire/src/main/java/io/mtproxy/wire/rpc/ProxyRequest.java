package io.mtproxy.wire.rpc;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * RPC_PROXY_REQ, a client's packet on its way to Telegram: {@code u32 type, u32 flags, i64 connection, client address,
 * our address}, each address 16 bytes and {@code u32 port}; with flag 0x8 {@code u32 count} and that many extra bytes; then
 * the MTProto packet. Static, any thread.
 */
public final class ProxyRequest {
    /** the packet has no auth key: a key exchange */
    public static final int FLAG_UNENCRYPTED = 0x2;
    /** the extra bytes tell about an HTTP request; never sent */
    public static final int FLAG_HTTP_INFO = 0x4;
    /** the extra bytes carry the proxy's tag; follows from the head, see {@link #flags} */
    public static final int FLAG_TAG = 0x8;
    /** the client came by TCP; always set */
    public static final int FLAG_TCP = 0x1000;
    /** the client came obfuscated; always set */
    public static final int FLAG_OBFUSCATED = 0x20000;
    /** padded framing; other proxies set it, C never does */
    public static final int FLAG_PADDED = 0x8000000;
    /** intermediate framing, with or without padding */
    public static final int FLAG_INTERMEDIATE = 0x20000000;
    /** abridged framing */
    public static final int FLAG_ABRIDGED = 0x40000000;
    /** the client wants a quick ack for this packet */
    public static final int FLAG_QUICK_ACK = 0x80000000;

    /** Bytes of an address with its port. */
    public static final int ADDRESS_LENGTH = 20;
    /** Bytes of a proxy tag. */
    public static final int TAG_LENGTH = 16;

    /** Where the client's 16-byte address stands in a head. */
    public static final int CLIENT_ADDRESS = 16;
    private static final int OUR_OFF = CLIENT_ADDRESS + ADDRESS_LENGTH;
    private static final int FIXED = OUR_OFF + ADDRESS_LENGTH;
    /** type, TL string of 16 bytes: length byte, bytes, zeros to a whole word */
    private static final int TAG_EXTRA = 24;
    private static final int TAG_OFF = 5;

    private ProxyRequest() {}

    /**
     * A request, for the simulated Telegram. Addresses of 16 bytes.
     *
     * @param tag null when there is none
     * @param packetOffset where in the decoded array the MTProto packet begins
     */
    public record Decoded(int flags, long connectionId, byte[] clientAddress, int clientPort, byte[] ourAddress,
            int ourPort, byte @Nullable [] tag, int packetOffset, int packetLength) {}

    /**
     * Everything between the frame header and the MTProto packet; made once per client, copied per packet.
     *
     * @param flags as for {@link #flags(byte[], int)}
     * @param clientAddress16 16 bytes, see {@link #mapped}
     * @param ourAddress16 the local address of the client's socket
     * @param tag null or 16 bytes
     */
    public static byte[] head(int flags, long connectionId, byte[] clientAddress16, int clientPort, byte[] ourAddress16,
            int ourPort, byte @Nullable [] tag) {
        byte[] head = new byte[tag == null ? FIXED : FIXED + 4 + TAG_EXTRA];
        Bytes.putInt32(head, 0, RpcType.PROXY_REQ);
        flags(head, flags);
        Bytes.putInt64(head, 8, connectionId);
        putAddress(head, CLIENT_ADDRESS, clientAddress16, clientPort);
        putAddress(head, OUR_OFF, ourAddress16, ourPort);
        if (tag != null) {
            putTag(head, FIXED, tag);
        }
        return head;
    }

    /** Changes the flags of a head, for the bits that are per packet. {@link #FLAG_TAG} is set or cleared to fit the head. */
    public static void flags(byte[] head, int flags) {
        Bytes.putInt32(head, 4, head.length > FIXED ? flags | FLAG_TAG : flags & ~FLAG_TAG);
    }

    /** The flags of a head. */
    public static int flags(byte[] head) {
        return Bytes.int32(head, 4);
    }

    /**
     * Reads a request.
     *
     * @throws ProtocolException MESSAGE for a wrong type, length or tag
     */
    public static Decoded decode(byte[] b, int off, int len) {
        if (len < FIXED || Bytes.int32(b, off) != RpcType.PROXY_REQ) {
            throw bad("request of " + len + " bytes with a wrong type or length");
        }
        int flags = Bytes.int32(b, off + 4);
        boolean hasExtra = (flags & (FLAG_HTTP_INFO | FLAG_TAG)) != 0;
        int extra = hasExtra ? extraLength(b, off, len) : 0;
        byte[] tag = (flags & FLAG_TAG) != 0 ? tag(b, off + FIXED + 4, extra) : null;
        int head = hasExtra ? FIXED + 4 + extra : FIXED;
        return new Decoded(flags, Bytes.int64(b, off + 8), address(b, off + CLIENT_ADDRESS),
                port(b, off + CLIENT_ADDRESS),
                address(b, off + OUR_OFF), port(b, off + OUR_OFF), tag, off + head, len - head);
    }

    /** An address as it stands in a request: IPv6 as it is (copied), IPv4 as ::ffff:a.b.c.d. */
    public static byte[] mapped(byte[] ip4or16) {
        if (ip4or16.length == 16) {
            return ip4or16.clone();
        }
        if (ip4or16.length != 4) {
            throw new IllegalArgumentException("address of " + ip4or16.length + " bytes, expected 4 or 16");
        }
        byte[] mapped = new byte[16];
        Bytes.putInt16(mapped, 10, 0xffff);
        System.arraycopy(ip4or16, 0, mapped, 12, 4);
        return mapped;
    }

    private static void putAddress(byte[] head, int off, byte[] address, int port) {
        if (address.length != 16) {
            throw new IllegalArgumentException("address of " + address.length + " bytes, expected 16");
        }
        System.arraycopy(address, 0, head, off, 16);
        Bytes.putInt32(head, off + 16, port);
    }

    private static void putTag(byte[] head, int off, byte[] tag) {
        if (tag.length != TAG_LENGTH) {
            throw new IllegalArgumentException("proxy tag of " + tag.length + " bytes, expected " + TAG_LENGTH);
        }
        Bytes.putInt32(head, off, TAG_EXTRA);
        Bytes.putInt32(head, off + 4, RpcType.PROXY_TAG);
        head[off + 8] = TAG_LENGTH;
        System.arraycopy(tag, 0, head, off + 4 + TAG_OFF, TAG_LENGTH);
    }

    private static int extraLength(byte[] b, int off, int len) {
        int room = len - FIXED - 4;
        int extra = room < 0 ? -1 : Bytes.int32(b, off + FIXED);
        if (extra < 0 || extra > room || (extra & 3) != 0) {
            throw bad(extra + " extra bytes, expected at most " + room + " in words");
        }
        return extra;
    }

    private static byte[] tag(byte[] b, int off, int extra) {
        if (extra < TAG_EXTRA || Bytes.int32(b, off) != RpcType.PROXY_TAG || b[off + 4] != TAG_LENGTH) {
            throw bad(extra + " extra bytes without a proxy tag of " + TAG_LENGTH + " bytes");
        }
        return Arrays.copyOfRange(b, off + TAG_OFF, off + TAG_OFF + TAG_LENGTH);
    }

    private static byte[] address(byte[] b, int off) {
        return Arrays.copyOfRange(b, off, off + 16);
    }

    private static int port(byte[] b, int off) {
        return Bytes.int32(b, off + 16);
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(Kind.MESSAGE, message);
    }
}
