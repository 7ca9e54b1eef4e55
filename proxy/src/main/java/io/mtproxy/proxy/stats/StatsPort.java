package io.mtproxy.proxy.stats;

import io.mtproxy.proxy.net.Acceptor;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Accepts connections of the statistics port. All on the thread of the loop that listens. */
public final class StatsPort implements Acceptor {
    private static final int LOOPBACK = 127;

    private final StatsSource source;
    private final HttpCounters counters;
    private final BooleanSupplier accepts;

    /**
     * @param counters what this port itself did; the source shows it
     * @param accepts  whether one more connection may come now; one that may not is closed at once, as C does
     */
    public StatsPort(StatsSource source, HttpCounters counters, BooleanSupplier accepts) {
        this.source = source;
        this.counters = counters;
        this.accepts = accepts;
    }

    @Override
    public @Nullable Connection accepted(EventLoop loop, Endpoint peer) {
        boolean admitted = accepts.getAsBoolean();
        counters.admitted(admitted);
        return !admitted
                ? null
                : new StatsConnection(loop, new HttpRequests(isLocal(peer.address()), () -> StatsPage.render(source),
                        () -> System.currentTimeMillis() / 1000, counters));
    }

    /** Peers that may see statistics: 127.0.0.0/8 and ::1. */
    static boolean isLocal(byte[] address) {
        if (address.length == 4) {
            return address[0] == LOOPBACK;
        }
        for (int i = 0; i < address.length - 1; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[address.length - 1] == 1;
    }
}
