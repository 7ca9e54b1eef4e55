package io.mtproxy.proxy.telegram;

/** The telegram side as a client session sees it; one per event loop, used on its thread. */
public interface Telegram {
    /** Opens a lane to the data centre that the client asked for. Nothing is sent before its first packet. */
    Lane open(LaneClient client, Origin origin);

    /** Takes nothing from Telegram for a while, or goes on: the clients of this loop hold too much already. */
    void pauseReading(boolean paused);

    /** Memory is short: what waits only for the sake of clients that have gone is given up. */
    default void relieve() {}

    /** Ends all connections, as at the end of the process. */
    void shutDown();
}
