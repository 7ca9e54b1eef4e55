package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection to a data centre: all that happens is its lane's to decide. */
final class DirectLink extends DialledConnection {
    private final Centre.@Nullable Address address;
    private final DirectLane lane;

    DirectLink(DirectCentres telegram, DirectLane lane,
            Centre.@Nullable Address address) {
        super(telegram.loop, telegram.settings.vias(), telegram.counters);
        this.lane = lane;
        this.address = address;
    }

    /** Which address is tried; null for a connection that another process has opened. */
    Centre.Address address() {
        return Objects.requireNonNull(address);
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
