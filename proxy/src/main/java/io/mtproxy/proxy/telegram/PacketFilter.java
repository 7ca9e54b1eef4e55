package io.mtproxy.proxy.telegram;

import io.mtproxy.wire.crypto.Bytes;

/** Which packets of clients a middle proxy is given (C: forward_mtproto_packet). Everything else is dropped in silence. */
final class PacketFilter {
    /** C's bound for both kinds, looked at first */
    private static final int SHORTEST = 28;
    /** auth key id 8, message key 16, and of what is encrypted salt 8, session 8, message id 8, number 4, length 4 */
    private static final int SHORTEST_ENCRYPTED = 56;
    /** auth key id 8 (zeros), message id 8, length of the body 4 */
    private static final int PLAIN_HEAD = 20;
    /** C's bound; no query of a key exchange is shorter */
    private static final int SHORTEST_PLAIN_BODY = 20;

    // the queries of a key exchange: core.telegram.org/mtproto/auth_key
    private static final int REQ_PQ = 0x60469778;
    private static final int REQ_PQ_MULTI = 0xbe7e8ef1;
    private static final int REQ_DH_PARAMS = 0xd712e4be;
    private static final int SET_CLIENT_DH_PARAMS = 0xf5045f1f;

    private PacketFilter() {}

    enum Verdict {
        /** encrypted with an authorization key */
        ENCRYPTED,
        /** a step of a key exchange */
        KEY_EXCHANGE,
        REFUSED_LENGTH,
        REFUSED_UNENCRYPTED
    }

    static Verdict judge(byte[] b, int off, int len) {
        if (len < SHORTEST || (len & 3) != 0) {
            return Verdict.REFUSED_LENGTH;
        }
        if (Bytes.int64(b, off) != 0) {
            return len < SHORTEST_ENCRYPTED ? Verdict.REFUSED_LENGTH : Verdict.ENCRYPTED;
        }
        int body = Bytes.int32(b, off + 16);
        // the sum wraps for lengths near 2^31, as C's does: its verdict is the contract, and Telegram refuses them anyway
        if (body < SHORTEST_PLAIN_BODY || body + PLAIN_HEAD > len) {
            return Verdict.REFUSED_LENGTH;
        }
        return switch (Bytes.int32(b, off + PLAIN_HEAD)) {
            case REQ_PQ, REQ_PQ_MULTI, REQ_DH_PARAMS, SET_CLIENT_DH_PARAMS -> Verdict.KEY_EXCHANGE;
            default -> Verdict.REFUSED_UNENCRYPTED;
        };
    }
}
