package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.tunnel.Tunnel;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.InetSocketAddress;

/** A proxy of {@code --via} and what is known of its health. Guarded by its {@link Vias}. */
public final class Via {
    private static final int FIRST_REST_MILLIS = 1_000;
    private static final int LONGEST_REST_MILLIS = 60_000;

    final InetSocketAddress address;
    private final TunnelUrl url;
    private int restMillis;
    private long restEnd;
    private boolean onTrial;

    /** @param address resolved */
    public Via(TunnelUrl url, InetSocketAddress address) {
        this.url = url;
        this.address = address;
    }

    /** A way through it. */
    Tunnel to(InetSocketAddress target) {
        Endpoint end = Endpoint.of(target);
        return url.to(new Address(end.address(), end.port()));
    }

    int weight() {
        return url.weight();
    }

    /** Nothing has failed since something worked. */
    boolean healthy() {
        return restMillis == 0;
    }

    boolean rests(long nowMillis) {
        return !healthy() && restEnd - nowMillis > 0;
    }

    boolean restsLongerThan(Via other) {
        return restEnd - other.restEnd > 0;
    }

    /** Its rest is over and somebody tries it: others wait for what comes of that, as long as the last rest was. */
    void tried(long nowMillis) {
        if (!healthy()) {
            onTrial = true;
            restEnd = nowMillis + restMillis;
        }
    }

    void failed(long nowMillis) {
        if (onTrial || !rests(nowMillis)) { // attempts that fail together are one failure
            onTrial = false;
            restMillis = healthy() ? FIRST_REST_MILLIS : Math.min(2 * restMillis, LONGEST_REST_MILLIS);
            restEnd = nowMillis + restMillis;
        }
    }

    void worked() {
        onTrial = false;
        restMillis = 0;
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return url.toString();
    }
}
