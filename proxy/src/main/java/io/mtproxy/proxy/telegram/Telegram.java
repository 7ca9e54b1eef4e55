package io.mtproxy.proxy.telegram;

import java.io.IOException;

/** The telegram side as a client session sees it; one per event loop, used on its thread. */
public interface Telegram {
    /** Opens a lane to the data centre that the client asked for. Nothing is sent before its first packet. */
    Lane open(LaneClient client, Origin origin);

    /** Takes nothing from Telegram for a while, or goes on: the clients of this loop hold too much already. */
    void pauseReading(boolean paused);

    /** Memory is short: what waits only for the sake of clients that have gone is given up. */
    default void relieve() {}

    /** What is to go on in another process, beside lanes; nothing is touched. To be called before lanes are saved. */
    TelegramState saveLinks();

    /** Goes on where another process stood, before lanes are {@linkplain #adopt(LaneClient, Origin, LaneState) adopted}. */
    void adoptLinks(TelegramState saved) throws IOException;

    /** Takes over a client's lane. IllegalArgumentException for one that this side has none like. */
    Lane adopt(LaneClient client, Origin origin, LaneState saved) throws IOException;

    /** All lanes are adopted; connecting begins. */
    default void adopted() {}

    /** Ends all connections, as at the end of the process. */
    void shutDown();
}
