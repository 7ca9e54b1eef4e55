package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;

/** What a lane asks of the client session that opened it. Called on the loop's thread. */
public interface LaneClient {
    /**
     * Data for the client, to be framed, except where the lane {@linkplain Lane#streams streams}.
     *
     * @param b the data stands at {@code off..off+len}; it, 4 bytes in front and 4 behind may be overwritten until the return
     */
    void answer(byte[] b, int off, int len);

    /** Telegram has received the packet that asked for a quick ack. */
    void acknowledge(int confirm);

    /** Read no more from the client, or go on. */
    void pause(boolean paused);

    /** The lane is gone; the client has to be closed. */
    void ended(CloseReason reason);
}
