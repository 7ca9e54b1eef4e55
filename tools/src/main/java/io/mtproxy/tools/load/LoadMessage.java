package io.mtproxy.tools.load;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.PacketHeader;

/**
 * The head of one packet of the load protocol, and its codec. To the proxy such a packet is encrypted MTProto: the first
 * eight bytes (the auth key id) are not zero, the length is a multiple of 4 and at least 56.
 *
 * <p>Layout, little-endian: magic 8, kind 4, data length 4, sequence 8, total 8, seed 8, chunk 4, window 4, then the data,
 * then zeros up to the length that the rules above ask for.
 *
 * @param kind what it is; says what the other fields mean, those that it does not use are 0
 * @param sequence number within its stream, or of the echo
 * @param total bytes of a whole stream
 * @param seed of the stream's content
 * @param chunk bytes of data per message that the client asks for
 * @param window bytes of a stream that may be under way before the sender hears of them; 0 for any number
 * @param dataLength bytes of data behind the head
 */
public record LoadMessage(LoadKind kind, long sequence, long total, long seed, int chunk, int window, int dataLength) {

    /** Bytes in front of the data. */
    public static final int HEAD = 48;
    /** The most data that fits into the largest packet that the proxy takes from a client, with room for its padding. */
    public static final int MAX_DATA = PacketHeader.MAX_PACKET - 4 - HEAD;

    /** wire-protocol 4.4: shorter packets with an auth key id are dropped. */
    private static final int MIN_PACKET = 56;
    private static final long MAGIC = 0x31_64_61_6f_6c_74_6d_00L | 0xb5;

    /** An echo, its answer, or a piece of a stream. */
    static LoadMessage data(LoadKind kind, long sequence, int dataLength) {
        return new LoadMessage(kind, sequence, 0, 0, 0, 0, dataLength);
    }

    static LoadMessage upData(long sequence, int window, int dataLength) {
        return new LoadMessage(LoadKind.UP_DATA, sequence, 0, 0, 0, window, dataLength);
    }

    static LoadMessage down(long total, long seed, int chunk, int window) {
        return new LoadMessage(LoadKind.DOWN, 0, total, seed, chunk, window, 0);
    }

    /** How far a stream is, its end, or the report about it; {@code dataLength} is the digest's or 0. */
    static LoadMessage about(LoadKind kind, long total, int dataLength) {
        return new LoadMessage(kind, 0, total, 0, 0, 0, dataLength);
    }

    /** Length of the whole packet. */
    public int packetLength() {
        return Math.max(MIN_PACKET, (HEAD + dataLength + 3) & ~3);
    }

    /** Does the packet at {@code b} belong to this protocol at all? */
    public static boolean recognised(byte[] b, int off, int length) {
        return length >= MIN_PACKET && Bytes.int64(b, off) == MAGIC;
    }

    /**
     * Writes the head and the zeros behind the data; the data itself, at {@code off + HEAD}, is the caller's.
     *
     * @return the packet's length
     */
    public int write(byte[] b, int off) {
        int length = packetLength();
        Bytes.putInt64(b, off, MAGIC);
        Bytes.putInt32(b, off + 8, kind.code());
        Bytes.putInt32(b, off + 12, dataLength);
        Bytes.putInt64(b, off + 16, sequence);
        Bytes.putInt64(b, off + 24, total);
        Bytes.putInt64(b, off + 32, seed);
        Bytes.putInt32(b, off + 40, chunk);
        Bytes.putInt32(b, off + 44, window);
        for (int i = HEAD + dataLength; i < length; i++) {
            b[off + i] = 0;
        }
        return length;
    }

    /** The whole packet of this head and {@code data}. */
    public byte[] packet(byte[] data) {
        byte[] packet = new byte[packetLength()];
        System.arraycopy(data, 0, packet, HEAD, dataLength);
        write(packet, 0);
        return packet;
    }

    /**
     * Reads the head of the packet of {@code length} bytes at {@code off}.
     *
     * @throws ProtocolException MESSAGE, when it is not exactly what {@link #write} makes
     */
    public static LoadMessage read(byte[] b, int off, int length) throws ProtocolException {
        if (!recognised(b, off, length)) {
            throw malformed("no load message in a packet of " + length + " bytes");
        }
        LoadKind kind = LoadKind.of(Bytes.int32(b, off + 8));
        if (kind == null) {
            throw malformed("load message of kind " + Bytes.int32(b, off + 8));
        }
        int dataLength = Bytes.int32(b, off + 12);
        LoadMessage message = new LoadMessage(kind, Bytes.int64(b, off + 16),
                Bytes.int64(b, off + 24), Bytes.int64(b, off + 32), Bytes.int32(b, off + 40), Bytes.int32(b, off + 44),
                dataLength);
        if (dataLength < 0 || dataLength > MAX_DATA || message.packetLength() != length) {
            throw malformed("load message with " + dataLength + " bytes of data in a packet of " + length + " bytes");
        }
        return message;
    }

    private static ProtocolException malformed(String text) {
        return new ProtocolException(ProtocolException.Kind.MESSAGE, text);
    }
}
