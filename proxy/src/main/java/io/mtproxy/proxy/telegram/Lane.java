package io.mtproxy.proxy.telegram;

/**
 * A client session's own way to its data centre. One thread, the loop's. What is said here is of a lane that shares its connection
 * with others; one with a connection of its own does otherwise.
 */
public interface Lane {
    /**
     * Whether it takes and gives the client's stream as it is, framed by the two ends: pieces of any length. Otherwise it takes
     * and gives MTProto packets, one at a time. The same during its whole life.
     */
    default boolean streams() {
        return false;
    }

    /**
     * Takes one MTProto packet, or a piece of the stream. Where it must wait or the way is full, the client is told to
     * {@linkplain LaneClient#pause pause}; what comes nevertheless is kept.
     *
     * @param b the packet stands at {@code off..off+len}; {@link io.mtproxy.proxy.net.EventLoop#HEADROOM} bytes in front may be
     *          overwritten
     * @param quickAck whether the packet asks for one; a stream has that inside
     */
    void forward(byte[] b, int off, int len, boolean quickAck);

    /**
     * The client does not take what is there for it, or takes it again. A lane with a connection of its own reads no more
     * meanwhile; one that shares its connection goes on, for the sake of the others.
     */
    default void hold(boolean full) {}

    /** Bytes of memory that wait in a connection of its own for Telegram to take them. */
    default long held() {
        return 0;
    }

    /** Nothing has passed for a while: what can be made again may go. */
    default void idle() {}

    /** As {@link #close}, but memory is short: nothing is kept for Telegram. */
    default void drop() {
        close();
    }

    /** What is needed to go on in another process; nothing is touched. */
    LaneState save();

    /** The client has gone: Telegram gets what came from it before and is told, no callback follows. */
    void close();
}
