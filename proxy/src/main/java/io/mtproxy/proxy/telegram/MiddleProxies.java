package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.TimerWheel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Telegram through its middle proxies, for one event loop: the directory of data centres and a pool of links for every
 * target. A directory can be replaced while sessions go on.
 */
public final class MiddleProxies implements Telegram {
    final EventLoop loop;
    final TelegramSettings settings;
    final Counters counters;
    final Events events;
    final LaneTable lanes;
    final int loopIndex;
    final SplittableRandom random = new SplittableRandom();

    private final Map<InetSocketAddress, LinkPool> pools = new LinkedHashMap<>();
    private Map<Integer, LinkPool[]> clusters = new HashMap<>();
    private int defaultCluster;
    private final Set<MiddleLane> waiting = new LinkedHashSet<>();
    private final Set<Integer> unreachable = new HashSet<>();

    /** @param loopIndex 0..63, the same as in no other loop of this process */
    public MiddleProxies(EventLoop loop, int loopIndex, TelegramSettings settings, Counters counters, Events events) {
        this.loop = loop;
        this.loopIndex = loopIndex;
        this.settings = settings;
        this.counters = counters;
        this.events = events;
        this.lanes = new LaneTable(loopIndex);
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
        clusters = new HashMap<>();
        for (Directory.Cluster cluster : directory.clusters()) {
            clusters.put(cluster.dc(),
                    cluster.targets().stream().map(this::pool).toArray(LinkPool[]::new));
        }
        defaultCluster = directory.defaultCluster();
        before.values().forEach(LinkPool::retire);
        for (Directory.Target target : directory.targets()) {
            pool(target).use(target);
        }
        retryWaiting();
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

    /** Closes all links, as at the end of the process. */
    public void close() {
        for (LinkPool pool : pools.values()) {
            pool.close();
        }
    }

    // ---- choosing a link

    private LinkPool @Nullable [] targets(int dc) {
        LinkPool[] own = clusters.get(dc);
        return own != null ? own : clusters.get(defaultCluster);
    }

    /** A random ready link of a random target of the data centre that has one; null when none is ready. */
    @Nullable
    Link choose(int dc) {
        LinkPool[] targets = targets(dc);
        if (targets == null) {
            return null;
        }
        int ready = 0;
        for (LinkPool pool : targets) {
            ready += pool.hasReady() ? 1 : 0;
        }
        int pick = ready == 0 ? -1 : random.nextInt(ready);
        for (LinkPool pool : targets) {
            if (pool.hasReady() && pick-- == 0) {
                return pool.chooseReady();
            }
        }
        return null;
    }

    // ---- waiting for one

    TimerWheel.Timer startWaiting(MiddleLane lane) {
        LinkPool[] targets = targets(lane.dc);
        if (targets != null) {
            for (LinkPool pool : targets) {
                pool.demand();
            }
        }
        waiting.add(lane);
        return loop.after(settings.waitMillis(), () -> waitedTooLong(lane));
    }

    void stopWaiting(MiddleLane lane, TimerWheel.Timer deadline) {
        waiting.remove(lane);
        loop.cancel(deadline);
    }

    private void waitedTooLong(MiddleLane lane) {
        counters.forwardError(lane.dc);
        int dc = clusterOf(lane.dc);
        if (unreachable.add(dc)) {
            events.on(new Event.Unreachable(dc, settings.waitMillis()));
        }
        lane.giveUp();
    }

    /** A session of this data centre has found its link. */
    void reached(int dc) {
        if (!unreachable.isEmpty() && unreachable.remove(clusterOf(dc))) {
            events.on(new Event.Reachable(clusterOf(dc)));
        }
    }

    /** Which cluster serves a data centre: clients may ask for any number, the log names ours only. */
    private int clusterOf(int dc) {
        return clusters.containsKey(dc) ? dc : defaultCluster;
    }

    /** A link has become ready. */
    void retryWaiting() {
        if (!waiting.isEmpty()) {
            for (MiddleLane lane : List.copyOf(waiting)) {
                lane.retry();
            }
        }
    }
}
