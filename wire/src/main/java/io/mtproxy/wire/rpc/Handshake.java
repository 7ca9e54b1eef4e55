package io.mtproxy.wire.rpc;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;

/**
 * The payload of the second frame of each direction, the first one that is encrypted: {@code u32 type, u32 flags,
 * sender, peer}.
 *
 * @param flags {@link #FLAG_CRC32C}, else 0; what they may be is for the link to judge
 */
public record Handshake(int flags, ProcessId sender, ProcessId peer) {
    /** Bytes of the payload. */
    public static final int LENGTH = 8 + 2 * ProcessId.LENGTH;
    /** Offers, and in the answer accepts, CRC-32C from the next frame on in both directions. */
    public static final int FLAG_CRC32C = 0x800;

    /** The payload. */
    public byte[] encode() {
        byte[] b = new byte[LENGTH];
        Bytes.putInt32(b, 0, RpcType.HANDSHAKE);
        Bytes.putInt32(b, 4, flags);
        sender.write(b, 8);
        peer.write(b, 8 + ProcessId.LENGTH);
        return b;
    }

    /**
     * Reads a payload.
     *
     * @throws ProtocolException HANDSHAKE for a wrong type or length
     */
    public static Handshake decode(byte[] b, int off, int len) {
        if (len != LENGTH) {
            throw new ProtocolException(Kind.HANDSHAKE, "handshake of " + len + " bytes, expected " + LENGTH);
        }
        int type = Bytes.int32(b, off);
        if (type != RpcType.HANDSHAKE) {
            throw new ProtocolException(Kind.HANDSHAKE, "message " + Integer.toHexString(type) + ", expected "
                    + Integer.toHexString(RpcType.HANDSHAKE));
        }
        return new Handshake(Bytes.int32(b, off + 4), ProcessId.read(b, off + 8),
                ProcessId.read(b, off + 8 + ProcessId.LENGTH));
    }
}
