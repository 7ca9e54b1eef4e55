package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;

/**
 * P_Q_inner_data in its four forms.
 *
 * @param pq big-endian, as are p and q
 * @param nonce 16 bytes, as is serverNonce
 * @param newNonce 32 bytes
 * @param dc what the client thinks it talks to, 0 when it does not say
 * @param expiresIn seconds, 0 for a permanent key
 */
record InnerData(byte[] pq, byte[] p, byte[] q, byte[] nonce, byte[] serverNonce, byte[] newNonce, int dc,
        int expiresIn) {
    static InnerData read(TlReader in) {
        int type = in.int32();
        boolean dc = type == Tl.P_Q_INNER_DATA_DC || type == Tl.P_Q_INNER_DATA_TEMP_DC;
        boolean temporary = type == Tl.P_Q_INNER_DATA_TEMP || type == Tl.P_Q_INNER_DATA_TEMP_DC;
        if (!dc && !temporary && type != Tl.P_Q_INNER_DATA) {
            throw new ProtocolException(Kind.HANDSHAKE, "%08x is no P_Q_inner_data".formatted(type));
        }
        return new InnerData(in.bytes(), in.bytes(), in.bytes(), in.raw(16), in.raw(16), in.raw(32),
                dc ? in.int32() : 0, temporary ? in.int32() : 0);
    }

    /** How many bytes of an array are the inner data; the rest fills up. */
    static int length(byte[] data) {
        TlReader in = new TlReader(data);
        read(in);
        return in.position();
    }
}
