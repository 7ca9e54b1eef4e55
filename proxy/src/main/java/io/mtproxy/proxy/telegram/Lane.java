package io.mtproxy.proxy.telegram;

/** A client session's own way to its data centre. */
public interface Lane {
    /**
     * Takes one MTProto packet. Where it must wait or the way is full, the client is told to
     * {@linkplain LaneClient#pause pause}; packets that come nevertheless are kept.
     *
     * @param b the packet stands at {@code off..off+len}; {@link io.mtproxy.proxy.net.EventLoop#HEADROOM} bytes in front may be
     *          overwritten
     */
    void forward(byte[] b, int off, int len, boolean quickAck);

    /** The client has gone: Telegram is told, no callback follows. */
    void close();
}
