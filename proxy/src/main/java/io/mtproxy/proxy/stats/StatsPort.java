package io.mtproxy.proxy.stats;

import io.mtproxy.proxy.net.Acceptor;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;

/** Accepts connections of the statistics port. All on the thread of the loop that listens. */
public final class StatsPort implements Acceptor {
    private static final int LOOPBACK = 127;

    private final StatsSource source;
    private final HttpCounters counters;

    /** @param counters what this port itself did; the source shows it */
    public StatsPort(StatsSource source, HttpCounters counters) {
        this.source = source;
        this.counters = counters;
    }

    @Override
    public Connection accepted(EventLoop loop, Endpoint peer) {
        return new StatsConnection(loop, new HttpRequests(isLocal(peer.address()), () -> StatsPage.render(source),
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
