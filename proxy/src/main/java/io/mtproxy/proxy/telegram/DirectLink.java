package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import java.io.IOException;

/** One connection to a data centre: all that happens is its lane's to decide. */
final class DirectLink extends DialledConnection {
    final Centre.Address address;
    private final DirectLane lane;

    DirectLink(DirectCentres telegram, DirectLane lane, Centre.Address address) {
        super(telegram.loop, telegram.settings.vias(), telegram.counters);
        this.lane = lane;
        this.address = address;
    }

    @Override
    protected void opened() {
        lane.connected(this);
    }

    @Override
    protected void received(byte[] b, int off, int len) {
        lane.fromTelegram(b, off, len);
    }

    @Override
    protected void targetEnded() {
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
    protected void lost(IOException cause) {
        lane.failed(this, cause);
    }

    @Override
    protected void broken(RuntimeException bug) {
        lane.end(CloseReason.INTERNAL_ERROR);
    }
}
