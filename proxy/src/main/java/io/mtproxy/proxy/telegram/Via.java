package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.IpText;
import io.mtproxy.wire.tunnel.Tunnel;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A proxy of {@code --via} and what is known of its health. Guarded by its {@link Vias}. */
public final class Via {
    private static final int FIRST_REST_MILLIS = 1_000;
    private static final int LONGEST_REST_MILLIS = 60_000;

    private final TunnelUrl url;
    private volatile InetSocketAddress address;
    private boolean nameless;
    private boolean asked;
    private int restMillis;
    private long restEnd;
    private boolean onTrial;
    private long successes;

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

    /** Where it is now; any thread. */
    InetSocketAddress address() {
        return address;
    }

    /** Its address may change. */
    boolean named() {
        return IpText.parse4(url.host()) == null && IpText.parse6(url.host()) == null;
    }

    String host() {
        return url.host();
    }

    /** How often it has worked. */
    long successes() {
        return successes;
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

    /** Whether a rest begins: attempts that fail together are one failure. */
    boolean failed(long nowMillis) {
        if (!onTrial && rests(nowMillis)) {
            return false;
        }
        onTrial = false;
        restMillis = healthy() ? FIRST_REST_MILLIS : Math.min(2 * restMillis, LONGEST_REST_MILLIS);
        restEnd = nowMillis + restMillis;
        return true;
    }

    void worked() {
        successes++;
        onTrial = false;
        restMillis = 0;
    }

    /** Whether its name is to be asked for: not when it is already. */
    boolean ask() {
        boolean news = !asked;
        asked = true;
        return news;
    }

    /**
     * What its name stands for now. It stays where it is as long as that is one of its addresses, or there is none: nothing is
     * better known.
     *
     * @param again whether to tell that there is none also when that was told before
     * @return what the operator has to know
     */
    @Nullable
    Event found(List<InetAddress> addresses, boolean again, long nowMillis) {
        asked = false;
        InetAddress before = address.getAddress();
        boolean told = nameless && !again;
        nameless = addresses.isEmpty();
        if (nameless) {
            return told ? null : new Event.ViaNameless(toString(), host(), before.getHostAddress());
        }
        return addresses.contains(before) ? null : moved(before, addresses.getFirst(), nowMillis);
    }

    /** What failed elsewhere says little of the new place; the short rest bounds what a name costs that changes all the time. */
    private Event moved(InetAddress from, InetAddress to, long nowMillis) {
        address = new InetSocketAddress(to, address.getPort());
        long soon = nowMillis + FIRST_REST_MILLIS;
        if (restEnd - soon > 0) {
            restEnd = soon;
        }
        return new Event.ViaMoved(toString(), from.getHostAddress(), to.getHostAddress());
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return url.toString();
    }
}
