package io.mtproxy.wire.rpc;

/** The first words of RPC payloads, and of the one structure inside them. */
public final class RpcType {
    /** {@link Nonce}, plain, sequence number -2 */
    public static final int NONCE = 0x7acb87aa;
    /** {@link Handshake}, the first encrypted frame, sequence number -1 */
    public static final int HANDSHAKE = 0x7682eef5;
    /** why a handshake was refused; a reason to close */
    public static final int HANDSHAKE_ERROR = 0x6a27beda;
    /** to the middle proxy: a client's packet, {@link ProxyRequest} */
    public static final int PROXY_REQ = 0x36cef1ee;
    /** from the middle proxy: a packet for a client */
    public static final int PROXY_ANS = 0x4403da0d;
    /** from the middle proxy: the quick ack for a client */
    public static final int SIMPLE_ACK = 0x3bac409b;
    /** from the middle proxy: close a client */
    public static final int CLOSE_EXT = 0x5eb634a2;
    /** to the middle proxy: a client is gone */
    public static final int CLOSE_CONN = 0x1fcf425d;
    /** either way, answered by {@link #PONG} */
    public static final int PING = 0x5730a2df;
    /** the answer to {@link #PING} */
    public static final int PONG = 0x8430eaa7;
    /** the proxy's tag, inside a {@link #PROXY_REQ} */
    public static final int PROXY_TAG = 0xdb1e26ae;

    private RpcType() {}
}
