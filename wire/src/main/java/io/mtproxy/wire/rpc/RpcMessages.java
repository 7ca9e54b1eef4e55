package io.mtproxy.wire.rpc;

import io.mtproxy.wire.crypto.Bytes;

/**
 * The small messages of fixed form. The writing methods write a payload at {@code b[off]} and return its length; the reading
 * ones expect that the caller has checked the type and the length. Static, any thread, no allocation.
 */
public final class RpcMessages {
    /** Bytes of CLOSE_CONN, CLOSE_EXT, PING and PONG: type and i64. */
    public static final int SHORT_LENGTH = 12;
    /** Bytes of a SIMPLE_ACK: type, i64 connection, u32 confirm. */
    public static final int ACK_LENGTH = 16;
    /** Bytes of a PROXY_ANS in front of its data: type, u32 flags, i64 connection. */
    public static final int ANSWER_HEAD = 16;

    private RpcMessages() {}

    /** The first word of a payload, see {@link RpcType}. */
    public static int type(byte[] b, int off) {
        return Bytes.int32(b, off);
    }

    /** Tells Telegram that a client is gone. */
    public static int closeConn(byte[] b, int off, long id) {
        return shortMessage(b, off, RpcType.CLOSE_CONN, id);
    }

    /** Telegram wants a client closed. */
    public static int closeExt(byte[] b, int off, long id) {
        return shortMessage(b, off, RpcType.CLOSE_EXT, id);
    }

    /** A quick ack for a client. */
    public static int simpleAck(byte[] b, int off, long id, int confirm) {
        shortMessage(b, off, RpcType.SIMPLE_ACK, id);
        Bytes.putInt32(b, off + SHORT_LENGTH, confirm);
        return ACK_LENGTH;
    }

    /** A question whether the other side lives. */
    public static int ping(byte[] b, int off, long id) {
        return shortMessage(b, off, RpcType.PING, id);
    }

    /** The answer to the ping whose payload stands at {@code ping[pingOff]}. */
    public static int pong(byte[] b, int off, byte[] ping, int pingOff) {
        return shortMessage(b, off, RpcType.PONG, shortId(ping, pingOff));
    }

    /** What stands in front of a packet for a client. */
    public static int answerHead(byte[] b, int off, int flags, long id) {
        Bytes.putInt32(b, off, RpcType.PROXY_ANS);
        Bytes.putInt32(b, off + 4, flags);
        Bytes.putInt64(b, off + 8, id);
        return ANSWER_HEAD;
    }

    /** The connection of a PROXY_ANS. */
    public static long answerId(byte[] b, int off) {
        return Bytes.int64(b, off + 8);
    }

    /** The connection of a SIMPLE_ACK, CLOSE_EXT or CLOSE_CONN, the id of a PING or PONG. */
    public static long shortId(byte[] b, int off) {
        return Bytes.int64(b, off + 4);
    }

    /** The confirm word of a SIMPLE_ACK. */
    public static int confirm(byte[] b, int off) {
        return Bytes.int32(b, off + SHORT_LENGTH);
    }

    private static int shortMessage(byte[] b, int off, int type, long id) {
        Bytes.putInt32(b, off, type);
        Bytes.putInt64(b, off + 4, id);
        return SHORT_LENGTH;
    }
}
