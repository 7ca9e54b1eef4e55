package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.net.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Telegram through its middle proxies, for one event loop: the directory of data centres and a pool of links for every
 * target. A directory can be replaced while sessions go on.
 */
public final class MiddleProxies implements Telegram, ConnectBudget.Waiter {
    /** Nobody dials what is leaving. */
    private static final int LEAVING_MILLIS = 1000;

    final EventLoop loop;
    TelegramSettings settings;
    final Counters counters;
    final Events events;
    final LaneTable lanes;
    final int loopIndex;
    final SplittableRandom random = new SplittableRandom();

    private final Map<InetSocketAddress, LinkPool> pools = new LinkedHashMap<>();
    private Map<Integer, Cluster> clusters = new HashMap<>();
    /** Serves data centres without a cluster of their own; has no targets when the directory has no such cluster. */
    private Cluster byDefault;
    /** Pools that want to connect, one link at a time each. */
    private final Queue<LinkPool> dialling = new ArrayDeque<>();
    private boolean waitsForBudget;
    /** Nothing is dialled. */
    private boolean held;
    /** Pools that no directory names any more, as long as they have links. */
    private final Set<LinkPool> leaving = new LinkedHashSet<>();
    /** Links that were taken over, by their number, until all lanes are. */
    private final Map<Integer, Link> adopted = new HashMap<>();
    private int laneGeneration;
    /** Bytes that packets hold which wait for a link. */
    private long waitingBytes;

    /** @param loopIndex 0..63, the same as in no other loop of this process */
    public MiddleProxies(EventLoop loop, int loopIndex, TelegramSettings settings, Counters counters, Events events) {
        this.loop = loop;
        this.loopIndex = loopIndex;
        this.settings = settings;
        this.counters = counters;
        this.events = events;
        this.lanes = new LaneTable(loopIndex);
        this.byDefault = new Cluster(this, 0);
    }

    /**
     * Takes over a directory and begins to connect to what is new in it. Targets that stay keep their links; those that are
     * gone take no new sessions, and their links end with the last one. On the loop's thread.
     */
    public void use(Directory directory) {
        Map<InetSocketAddress, LinkPool> before = new HashMap<>(pools);
        pools.clear();
        for (Directory.Target target : directory.targets()) {
            LinkPool pool = before.remove(target.address());
            pools.put(target.address(), pool == null ? new LinkPool(this, target) : pool);
        }
        useClusters(directory);
        leaving.addAll(before.values());
        before.values().forEach(LinkPool::retire);
        for (Directory.Target target : directory.targets()) {
            pool(target).use(target);
        }
        clusters.values().forEach(Cluster::retry);
    }

    // ---- from and to another process

    /** Dials nothing until {@link #adopted}: links are about to be taken over. */
    public void await() {
        held = true;
    }

    @Override
    public TelegramState saveLinks() {
        List<LinkState> links = new ArrayList<>();
        pools.values().forEach(pool -> pool.save(links));
        leaving.forEach(pool -> pool.save(links));
        return new TelegramState(links, lanes.generation(), List.of());
    }

    @Override
    public void adoptLinks(TelegramState saved) throws IOException {
        laneGeneration = saved.laneGeneration();
        for (LinkState link : saved.links()) {
            LinkPool pool = pools.get(link.target());
            adopted.put(link.number(), (pool == null ? leaving(link.target()) : pool).adopt(link));
        }
    }

    /** A target that the directory does not name: its links stay as long as they have clients. */
    private LinkPool leaving(InetSocketAddress address) {
        LinkPool pool = new LinkPool(this, new Directory.Target(address, 0, 1, LEAVING_MILLIS));
        pool.retire();
        leaving.add(pool);
        return pool;
    }

    @Override
    public Lane adopt(LaneClient client, Origin origin, LaneState saved) {
        if (!(saved instanceof LaneState.Middle middle)) {
            throw new IllegalArgumentException("a lane to a middle proxy is expected, not " + saved.getClass());
        }
        Link link = middle.link() < 0 ? null : adopted.get(middle.link());
        if (middle.link() >= 0 && link == null) {
            throw new IllegalArgumentException("a lane names link " + middle.link() + " of " + adopted.size());
        }
        return new MiddleLane(this, client, origin, middle, link);
    }

    @Override
    public void adopted() {
        lanes.settle(laneGeneration);
        adopted.clear();
        List.copyOf(leaving).forEach(LinkPool::endUnused);
        held = false;
        dialNext();
    }

    /** A target's links have ended, and it is in no directory any more. */
    void left(LinkPool pool) {
        leaving.remove(pool);
    }

    /** Telegram's shared secret for links from now on; those that are there have their keys. On the loop's thread. */
    public void useSecret(byte[] secret) {
        settings = settings.secret(secret);
    }

    /** Clusters that stay keep their state; who waits for one that is gone waits for the default one. */
    private void useClusters(Directory directory) {
        Map<Integer, Cluster> gone = clusters;
        Cluster defaultBefore = byDefault;
        clusters = new HashMap<>();
        for (Directory.Cluster cluster : directory.clusters()) {
            Cluster kept = gone.remove(cluster.dc());
            Cluster now = kept == null ? new Cluster(this, cluster.dc()) : kept;
            now.use(cluster.targets().stream().map(this::pool).toArray(LinkPool[]::new));
            clusters.put(cluster.dc(), now);
        }
        Cluster named = clusters.get(directory.defaultCluster());
        byDefault = named == null ? new Cluster(this, directory.defaultCluster()) : named;
        gone.values().forEach(cluster -> cluster.moveWaiting(byDefault));
        if (!clusters.containsValue(defaultBefore)) {
            defaultBefore.moveWaiting(byDefault);
        }
    }

    private LinkPool pool(Directory.Target target) {
        LinkPool pool = pools.get(target.address());
        if (pool == null) {
            throw new IllegalArgumentException("a cluster names " + target + ", which is not among the targets");
        }
        return pool;
    }

    @Override
    public Lane open(LaneClient client, Origin origin) {
        if (!clusters.containsKey(origin.dc())) {
            counters.increment(Counter.SESSIONS_BY_DEFAULT_CLUSTER);
        }
        return new MiddleLane(this, client, origin);
    }

    @Override
    public void pauseReading(boolean paused) {
        pools.values().forEach(pool -> pool.pauseReading(paused));
    }

    @Override
    public void shutDown() {
        for (LinkPool pool : pools.values()) {
            pool.close();
        }
    }

    /** Whether clients of a data centre have waited for a link in vain, and there is none now either. */
    boolean unreachable(int dc) {
        return cluster(dc).unreachable();
    }

    /** Clients of a data centre would like to have links, although none waits for one. */
    void demand(int dc) {
        cluster(dc).dial();
    }

    /** Which cluster serves a data centre: clients may ask for any number. */
    Cluster cluster(int dc) {
        Cluster own = clusters.get(dc);
        return own != null ? own : byDefault;
    }

    /** A link has become ready. */
    void ready(LinkPool pool, Link link) {
        for (Cluster cluster : clusters.values()) {
            cluster.ready(pool, link);
        }
    }

    // ---- packets that wait for a link

    /** Whether so many bytes more may wait on this loop; then they count until {@link #release}. */
    boolean hold(long bytes) {
        boolean fit = waitingBytes + bytes <= settings.bounds().maxOutput();
        waitingBytes += fit ? bytes : 0;
        return fit;
    }

    /** So many bytes wait no longer. */
    void release(long bytes) {
        waitingBytes -= bytes;
    }

    // ---- connecting, within the budget of the process

    /** A pool wants to open links; {@link LinkPool#open} follows, now or when there is a place for it. */
    void dial(LinkPool pool) {
        dialling.add(pool);
        dialNext();
    }

    private void dialNext() {
        while (!dialling.isEmpty() && !waitsForBudget && !held) {
            LinkPool pool = dialling.remove();
            if (!pool.wantsLink()) {
                pool.leftQueue();
            } else if (settings.connects().take(this)) {
                if (pool.open()) {
                    dialling.add(pool);
                }
            } else {
                dialling.add(pool);
                waitsForBudget = true;
            }
        }
    }

    @Override
    public void placeFree() {
        loop.execute(() -> {
            waitsForBudget = false;
            dialNext();
            settings.connects().offer(); // a place that we do not need is somebody else's
        });
    }

    /** A link is ready, or has ended before it was. */
    void dialled() {
        settings.connects().give();
    }
}
