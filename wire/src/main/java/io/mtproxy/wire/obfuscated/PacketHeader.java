package io.mtproxy.wire.obfuscated;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import java.util.random.RandomGenerator;

/**
 * The length prefixes of the three framings. A decoder keeps its last result in fields, so that nothing is allocated; it
 * has no state between packets, one per owner thread is enough. The encoding methods are static.
 */
public final class PacketHeader {
    /** The longest packet of a client that is accepted, padding included (C: 262144 * 4 - 4096). */
    public static final int MAX_PACKET = 1_044_480;
    /** Bytes to reserve in front of a packet. */
    public static final int MAX_PREFIX = 4;

    /** C's bound for what goes to a client; also what the abridged form can just not say */
    private static final int ENCODE_LIMIT = 0x04000000;
    private static final int LONG_FORM = 0x7f;

    private final int maxPacket;
    private int prefixLength;
    private int bodyLength;
    private int payloadLength;
    private boolean quickAck;

    /** Packets of up to {@link #MAX_PACKET} bytes. */
    public PacketHeader() {
        this(MAX_PACKET);
    }

    /** @param maxPacket the longest packet; more than {@link #MAX_PACKET} counts as that */
    public PacketHeader(int maxPacket) {
        this.maxPacket = Math.min(maxPacket, MAX_PACKET);
    }

    /**
     * Reads the prefix at {@code b[off]}, of which {@code available} bytes may be looked at.
     *
     * @return false when more bytes are needed; the fields then mean nothing
     * @throws ProtocolException preallocated: TOO_LONG above the longest packet, LENGTH for any other length on which C closes,
     *         and for padded packets of 1..3 bytes
     */
    public boolean decode(Transport t, byte[] b, int off, int available) {
        return t == Transport.ABRIDGED ? decodeAbridged(b, off, available) : decodeLong(t, b, off, available);
    }

    /** Bytes of the prefix, 1 or 4. */
    public int prefixLength() {
        return prefixLength;
    }

    /** Bytes behind the prefix, padding included. */
    public int bodyLength() {
        return bodyLength;
    }

    /** Bytes of the body that are payload: whole words. */
    public int payloadLength() {
        return payloadLength;
    }

    /** The client wants a quick ack for this packet. */
    public boolean quickAck() {
        return quickAck;
    }

    private boolean decodeAbridged(byte[] b, int off, int available) {
        if (available < 1) {
            return false;
        }
        int words = b[off] & 0x7f;
        if (words < LONG_FORM) {
            return found(1, words * 4, b[off] < 0);
        }
        if (available < 4) {
            return false;
        }
        words = Bytes.int32(b, off) >>> 8;
        if (words < LONG_FORM) {
            throw ProtocolException.of(Kind.LENGTH);
        }
        return found(4, words * 4, b[off] < 0);
    }

    private boolean decodeLong(Transport t, byte[] b, int off, int available) {
        if (available < 4) {
            return false;
        }
        int word = Bytes.int32(b, off);
        int length = word & 0x7fffffff;
        // a body without a whole word aborts C when it is padded (divergence, wire 1)
        if ((t == Transport.INTERMEDIATE && (length & 3) != 0) || length < 4) {
            throw ProtocolException.of(Kind.LENGTH);
        }
        return found(4, length, word < 0);
    }

    private boolean found(int prefix, int length, boolean quick) {
        if (length <= 0) {
            throw ProtocolException.of(Kind.LENGTH);
        }
        if (length > maxPacket) {
            throw ProtocolException.of(Kind.TOO_LONG);
        }
        prefixLength = prefix;
        bodyLength = length;
        payloadLength = length & ~3;
        quickAck = quick;
        return true;
    }

    /**
     * Writes a prefix so that it ends at {@code bodyOff}: to a client, or with {@code quickAck} from a client.
     *
     * @param bodyLength with padding; a multiple of 4 unless padded, less than 0x04000000, else IllegalArgumentException
     * @return bytes written, at most {@link #MAX_PREFIX}
     */
    public static int encode(Transport t, int bodyLength, boolean quickAck, byte[] b, int bodyOff) {
        if (bodyLength < 0 || bodyLength >= ENCODE_LIMIT || (t != Transport.PADDED && (bodyLength & 3) != 0)) {
            throw new IllegalArgumentException(
                    t + " packet of " + bodyLength + " bytes, expected less than " + ENCODE_LIMIT + ", in words");
        }
        int words = bodyLength >> 2;
        if (t != Transport.ABRIDGED) {
            Bytes.putInt32(b, bodyOff - 4, quickAck ? bodyLength | 0x80000000 : bodyLength);
        } else if (words < LONG_FORM) {
            b[bodyOff - 1] = (byte) (quickAck ? words | 0x80 : words);
            return 1;
        } else {
            Bytes.putInt32(b, bodyOff - 4, (words << 8) | (quickAck ? 0xff : LONG_FORM));
        }
        return 4;
    }

    /** How many random bytes to append to a packet: 0..3, uniform, for padded; else 0. */
    public static int padding(Transport t, RandomGenerator random) {
        return t == Transport.PADDED ? random.nextInt(4) : 0;
    }

    /**
     * Writes the raw form of a simple ack, which all clients take: no prefix, abridged with the bytes reversed.
     *
     * @param confirm the word of the RPC message, read as little-endian
     * @return 4
     */
    public static int encodeAck(Transport t, int confirm, byte[] b, int off) {
        Bytes.putInt32(b, off, t == Transport.ABRIDGED ? Integer.reverseBytes(confirm) : confirm);
        return 4;
    }
}
