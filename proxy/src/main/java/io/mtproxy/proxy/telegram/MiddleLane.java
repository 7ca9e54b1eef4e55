package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Lease;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.TimerWheel;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.ProxyRequest;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client on one link to a middle proxy. The link is chosen at the first packet and kept: packets of one session never
 * change their way.
 */
final class MiddleLane implements Lane {
    /** Counting keys takes a lock; clients change theirs now and then, not per packet. */
    private static final int MAX_KEY_CHANGES = 64;

    final LaneClient client;
    private final int dc;
    private final MiddleProxies telegram;
    private final Lease lease;
    private final byte[] head;
    private final int flags;
    private final long id;
    private final @Nullable SecretUse use;
    private @Nullable Link link;
    private @Nullable Waiting waiting;
    private boolean gone;
    /** The authorization key that the client used last, 0 before it has one. */
    private long authKey;
    private int keyChanges;

    /** Neighbours among the lanes of a link. */
    @Nullable
    MiddleLane previous;
    @Nullable
    MiddleLane next;
    /** Whether the client was told to pause because the link is full. */
    boolean blocked;

    MiddleLane(MiddleProxies telegram, LaneClient client, Origin origin) {
        this(telegram, client, origin, 0);
    }

    /** Takes over one of another process. */
    MiddleLane(MiddleProxies telegram, LaneClient client, Origin origin, LaneState.Middle saved, @Nullable Link on) {
        this(telegram, client, origin, saved.id());
        if (on != null) {
            enter(on, telegram.cluster(dc));
        }
        if (saved.authKey() != 0) {
            useKey(saved.authKey());
        }
        if (on != null && saved.blocked()) {
            on.block(this);
        }
        saved.waiting().forEach(packet -> send(packet.flags(), packet.bytes(), 0, packet.bytes().length));
    }

    /** @param known its id; 0 = it needs one */
    private MiddleLane(MiddleProxies telegram, LaneClient client, Origin origin, long known) {
        this.telegram = telegram;
        this.client = client;
        this.lease = new Lease(telegram.counters);
        this.dc = origin.dc();
        TelegramSettings settings = telegram.settings;
        flags = ProxyRequest.FLAG_TCP | ProxyRequest.FLAG_OBFUSCATED
                | (origin.transport() == Transport.ABRIDGED
                        ? ProxyRequest.FLAG_ABRIDGED
                        : ProxyRequest.FLAG_INTERMEDIATE)
                | (settings.tag() == null ? 0 : ProxyRequest.FLAG_TAG);
        id = known == 0 ? telegram.lanes.add(this) : known;
        if (known != 0) {
            telegram.lanes.put(known, this);
        }
        use = origin.use();
        head = ProxyRequest.head(flags, id, ProxyRequest.mapped(origin.client().address()), origin.client().port(),
                ProxyRequest.mapped(settings.nat().translate(origin.local().address())), origin.local().port(),
                settings.tag());
    }

    @Override
    public LaneState save() {
        Waiting w = waiting;
        Link l = link;
        return new LaneState.Middle(id, l == null ? -1 : l.number(), authKey, blocked,
                w == null ? List.of() : w.packets.stream().map(p -> new LaneState.Packet(p.flags, p.bytes)).toList());
    }

    /** As the client named it. */
    int dc() {
        return dc;
    }

    long id() {
        return id;
    }

    @Nullable
    Link link() {
        return link;
    }

    @Override
    public void forward(byte[] b, int off, int len, boolean quickAck) {
        if (gone) {
            return;
        }
        int packetFlags = flags | (quickAck ? ProxyRequest.FLAG_QUICK_ACK : 0);
        switch (PacketFilter.judge(b, off, len)) {
            case REFUSED_LENGTH -> telegram.counters.increment(Counter.QUERIES_REFUSED_LENGTH);
            case REFUSED_UNENCRYPTED -> telegram.counters.increment(Counter.QUERIES_REFUSED_UNENCRYPTED);
            case ENCRYPTED -> send(packetFlags, b, off, len);
            case KEY_EXCHANGE -> {
                if (telegram.settings.keyExchanges().getAsBoolean()) {
                    send(packetFlags | ProxyRequest.FLAG_UNENCRYPTED, b, off, len);
                } else {
                    telegram.counters.increment(Counter.KEY_EXCHANGES_OVER_RATE);
                    overRate();
                }
            }
        }
    }

    private void send(int packetFlags, byte[] b, int off, int len) {
        Link l = link;
        if (l == null) {
            Cluster cluster = waiting == null ? telegram.cluster(dc) : null;
            l = cluster == null ? null : cluster.choose();
            if (cluster == null || l == null) {
                await(packetFlags, b, off, len);
                return;
            }
            enter(l, cluster);
        }
        ProxyRequest.flags(head, packetFlags);
        l.request(this, head, b, off, len);
        Counters counters = telegram.counters;
        counters.increment(Counter.QUERIES_FORWARDED);
        counters.add(Counter.QUERY_BYTES, len);
        long key = Bytes.int64(b, off); // 0 in a key exchange
        if (key == 0) {
            counters.increment(Counter.KEY_EXCHANGES_FORWARDED);
        } else if (key != authKey) {
            useKey(key);
        }
    }

    private void enter(Link l, Cluster cluster) {
        link = l;
        l.add(this);
        lease.raise(Counter.LANES);
        telegram.counters.increment(Counter.LANES_CREATED);
        if (use != null) {
            use.enter(address());
        }
        cluster.reached();
    }

    private void useKey(long key) {
        if (use != null && keyChanges < MAX_KEY_CHANGES) {
            keyChanges++;
            leaveKey(use);
            use.enterKey(key);
            authKey = key;
        }
    }

    private void leaveKey(SecretUse of) {
        if (authKey != 0) {
            of.leaveKey(authKey);
        }
    }

    /** {@link Origin#address}, as it stands in every request. */
    private SecretUse.Address address() {
        return new SecretUse.Address(Bytes.int64(head, ProxyRequest.CLIENT_ADDRESS),
                Bytes.int64(head, ProxyRequest.CLIENT_ADDRESS + 8));
    }

    // ---- waiting for a link

    /** Packets that came before there was a link; at most what one read of a paused client holds. */
    private record Waiting(Cluster cluster, ArrayDeque<Packet> packets, TimerWheel.Timer deadline) {}

    private record Packet(int flags, byte[] bytes) {
        /** What the objects of one packet take besides its bytes, about. */
        private static final long OVERHEAD = 64;

        static long memory(int length) {
            return length + OVERHEAD;
        }
    }

    private void await(int packetFlags, byte[] b, int off, int len) {
        if (!telegram.hold(Packet.memory(len))) {
            telegram.counters.increment(Counter.QUERIES_DROPPED);
            end(CloseReason.CLIENT_MEMORY);
            return;
        }
        Waiting w = waiting;
        if (w == null) {
            Cluster cluster = telegram.cluster(dc);
            w = new Waiting(cluster, new ArrayDeque<>(), cluster.await(this));
            waiting = w;
            telegram.counters.increment(Counter.SESSIONS_WAITED);
            client.pause(true);
        }
        byte[] copy = new byte[len];
        System.arraycopy(b, off, copy, 0, len);
        w.packets.add(new Packet(packetFlags, copy));
    }

    /** The cluster that it waits for is another one from now on. */
    void move(Cluster to) {
        Waiting w = waiting;
        if (w != null) {
            waiting = new Waiting(to, w.packets, w.deadline);
        }
    }

    /** A link is ready: what waits goes there. Returns whether anything did, or nothing waits any more. */
    boolean bind(@Nullable Link l) {
        Waiting w = waiting;
        if (w == null || l == null) {
            return w == null;
        }
        stopWaiting(w);
        enter(l, w.cluster);
        telegram.counters.add(Counter.QUERIES_WAITED, w.packets.size());
        for (Packet p : w.packets) {
            send(p.flags, p.bytes, 0, p.bytes.length);
        }
        if (!blocked) {
            client.pause(false);
        }
        return true;
    }

    private void stopWaiting(Waiting w) {
        waiting = null;
        w.cluster.leave(this);
        w.packets.forEach(packet -> telegram.release(Packet.memory(packet.bytes.length)));
        telegram.loop.cancel(w.deadline);
    }

    /** Nothing became ready in time. */
    void giveUp() {
        if (waiting != null) {
            end(CloseReason.NO_LINK);
        }
    }

    private void overRate() {
        Link l = link;
        if (l != null) {
            l.closeConnection(id);
        }
        end(CloseReason.CLIENT_OVER_LIMIT);
    }

    // ---- the end

    @Override
    public void close() {
        Link l = link;
        if (!gone && l != null) {
            l.closeConnection(id);
        }
        leave();
    }

    /** Ends the session from the telegram side. */
    void end(CloseReason reason) {
        if (!gone) {
            leave();
            client.ended(reason);
        }
    }

    private void leave() {
        if (gone) {
            return;
        }
        gone = true;
        lease.release();
        telegram.lanes.remove(id);
        Waiting w = waiting;
        if (w != null) {
            stopWaiting(w);
            telegram.counters.add(Counter.QUERIES_DROPPED, w.packets.size());
        }
        Link l = link;
        if (l != null) {
            if (use != null) {
                use.leave(address());
                leaveKey(use);
            }
            l.remove(this);
        }
    }
}
