package io.mtproxy.proxy.client;

import static io.mtproxy.fuzz.Oracle.require;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.telegram.Lane;
import io.mtproxy.proxy.telegram.LaneClient;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.proxy.telegram.Origin;
import io.mtproxy.proxy.telegram.Telegram;
import io.mtproxy.proxy.telegram.TelegramState;
import java.util.Arrays;

/** The telegram side for one client at a time: checks what it is told. One thread. */
final class OneLane implements Telegram, Lane {
    LaneClient client;
    boolean open;
    int bytes;

    @Override
    public Lane open(LaneClient opener, Origin origin) {
        require(!open, "a second lane");
        client = opener;
        open = true;
        return this;
    }

    @Override
    public void pauseReading(boolean paused) {}

    @Override
    public TelegramState saveLinks() {
        return TelegramState.NONE;
    }

    @Override
    public void adoptLinks(TelegramState saved) {}

    @Override
    public Lane adopt(LaneClient opener, Origin origin, LaneState saved) {
        return open(opener, origin);
    }

    @Override
    public LaneState save() {
        throw new AssertionError("nobody goes elsewhere here");
    }

    @Override
    public void shutDown() {}

    @Override
    public void forward(byte[] b, int off, int len, boolean quickAck) {
        require(open && len > 0 && len % 4 == 0, "packet of " + len);
        Arrays.fill(b, off - EventLoop.HEADROOM, off, (byte) -1);
        bytes += len;
    }

    @Override
    public void close() {
        require(open, "a lane closed twice");
        open = false;
    }

    /** It ends from the telegram side. */
    void end() {
        open = false;
        client.ended(CloseReason.TELEGRAM_CLOSED);
    }
}
