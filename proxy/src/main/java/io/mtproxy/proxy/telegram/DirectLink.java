package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.Connection;
import java.io.IOException;

/** One connection to a data centre: all that happens is its lane's to decide. */
final class DirectLink extends Connection {
    final Centre.Address address;
    private final DirectLane lane;

    DirectLink(DirectCentres telegram, DirectLane lane, Centre.Address address) {
        super(telegram.loop);
        this.lane = lane;
        this.address = address;
    }

    @Override
    protected void connected() {
        lane.connected(this);
    }

    @Override
    protected void data(byte[] b, int off, int len) {
        lane.fromTelegram(b, off, len);
    }

    @Override
    protected void halfClosed() {
        lane.end(CloseReason.TELEGRAM_CLOSED);
    }

    @Override
    protected void writable() {
        lane.flush();
    }

    @Override
    protected void flush() {
        lane.flush();
    }

    @Override
    protected void failed(IOException cause) {
        lane.failed(this, cause);
    }

    @Override
    protected void broken(RuntimeException bug) {
        lane.end(CloseReason.INTERNAL_ERROR);
    }
}
