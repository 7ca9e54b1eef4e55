package io.mtproxy.proxy.front;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.proxyprotocol.ProxyHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one loop that are passed on to the site. Their number is bounded, and so is the time that one may be silent, for
 * sites have deadlines of their own: nobody sees ours but who holds thousands of connections. When the site has ended a
 * connection, its client has half a minute to a minute for its own end, as about the site's machine would give it. On the loop's
 * thread.
 */
public final class Splices {
    /** As long as a client would wait for a site that is down. */
    private static final int CONNECT_MILLIS = 20_000;
    private static final int SWEEP_MILLIS = 30_000;

    final EventLoop loop;
    private final Counters counters;
    private final @Nullable InetSocketAddress source;
    private final int limit;
    private final int proxyVersion;
    /** In the order in which they began. */
    private final Set<Splice> open = new LinkedHashSet<>();

    /**
     * @param source local address to connect from, or null for any
     * @param limit how many there may be: a further one ends the oldest
     * @param proxyVersion of the PROXY header that tells the site who the client is; 0 = it is not told
     */
    public Splices(EventLoop loop, Counters counters, @Nullable InetSocketAddress source, int limit,
            int proxyVersion) {
        this.loop = loop;
        this.counters = counters;
        this.source = source;
        this.limit = limit;
        this.proxyVersion = proxyVersion;
        loop.after(SWEEP_MILLIS, this::sweep);
    }

    /**
     * Connects to the site; what comes from the client meanwhile waits.
     *
     * @param peer the client's end, as it is told to the site
     */
    public Splice begin(Connection client, Endpoint peer, Splice.Owner owner, InetSocketAddress target) {
        if (open.size() >= limit) {
            open.iterator().next().over(Splice.Outcome.EVICTED);
        }
        Splice splice = new Splice(this, client, owner, target);
        open.add(splice);
        counters.increment(Counter.SPLICES);
        counters.increment(Counter.SPLICES_BEGUN);
        if (proxyVersion != 0) {
            introduce(splice, peer, loop.local(client));
        }
        loop.connect(splice, target, source, CONNECT_MILLIS);
        return splice;
    }

    /** Takes over one of another process, at the place that it had; its client is established. */
    public Splice adopt(Connection client, Splice.Owner owner, SpliceState saved) throws IOException {
        Splice splice = new Splice(this, client, owner, saved.target());
        if (saved.descriptor() >= 0) {
            loop.adopt(saved.descriptor(), splice);
        } else {
            loop.connect(splice, saved.target(), source, CONNECT_MILLIS);
        }
        open.add(splice);
        counters.increment(Counter.SPLICES);
        splice.restore(saved);
        return splice;
    }

    private void introduce(Splice splice, Endpoint peer, Endpoint local) {
        byte[] header = new byte[ProxyHeader.MAX_LENGTH];
        int length = ProxyHeader.encode(proxyVersion, new Address(peer.address(), peer.port()),
                new Address(local.address(), local.port()), header, 0);
        splice.fromClient(header, 0, length);
    }

    /** Ends all, as at the end of the process. */
    public void close() {
        List.copyOf(open).forEach(splice -> splice.over(Splice.Outcome.DONE));
    }

    void remove(Splice splice) {
        open.remove(splice);
        counters.add(Counter.SPLICES, -1);
    }

    /** Ends what is dead: five minutes without a byte, or half a minute behind the site's end; and sweeps again later. */
    void sweep() {
        List.copyOf(open).forEach(Splice::sweep);
        loop.after(SWEEP_MILLIS, this::sweep);
    }
}
