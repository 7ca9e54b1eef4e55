package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.net.TimerWheel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A data centre: its targets, the choice among them, and the lanes that wait until one of them has a ready link. After an
 * outage those who waited are spread over the links that become ready one after the other.
 */
final class Cluster {
    /** So long after the first link became ready the lanes that still wait are kept for further ones. */
    private static final int SPREAD_MILLIS = 200;
    /** How often those who wait make their targets be tried. */
    private static final int DEMAND_MILLIS = 250;

    private final MiddleProxies telegram;
    private final int dc;
    /** With repetitions: a target that stands twice is chosen twice as often. */
    private LinkPool[] pools = {};
    private final Set<MiddleLane> waiting = new LinkedHashSet<>();
    private TimerWheel.@Nullable Timer spreading;
    private TimerWheel.@Nullable Timer demanding;
    private boolean toldUnreachable;

    Cluster(MiddleProxies telegram, int dc) {
        this.telegram = telegram;
        this.dc = dc;
    }

    void use(LinkPool[] next) {
        pools = next;
    }

    /** A ready link of a random target, of one whose links hold if there is one; null when none is ready. */
    @Nullable
    Link choose() {
        Link trusted = choose(true);
        return trusted != null ? trusted : choose(false);
    }

    private @Nullable Link choose(boolean trusted) {
        int fit = 0;
        for (LinkPool pool : pools) {
            fit += fits(pool, trusted) ? 1 : 0;
        }
        int pick = fit == 0 ? -1 : telegram.random.nextInt(fit);
        for (LinkPool pool : pools) {
            if (fits(pool, trusted) && pick-- == 0) {
                return pool.chooseReady();
            }
        }
        return null;
    }

    private static boolean fits(LinkPool pool, boolean trusted) {
        return pool.hasReady() && (!trusted || pool.trusted());
    }

    // ---- waiting for a link

    /** The lane waits; it is told by {@link MiddleLane#bind}, or gives up when the bounded time is over. */
    TimerWheel.Timer await(MiddleLane lane) {
        waiting.add(lane);
        if (demanding == null) {
            demand();
        }
        return telegram.loop.after(telegram.settings.waitMillis(), () -> waitedTooLong(lane));
    }

    void leave(MiddleLane lane) {
        waiting.remove(lane);
    }

    /** Makes its targets be tried. */
    void dial() {
        for (LinkPool pool : pools) {
            pool.demand();
        }
    }

    private void demand() {
        demanding = null;
        if (!waiting.isEmpty()) {
            dial();
            demanding = telegram.loop.after(DEMAND_MILLIS, this::demand);
        }
    }

    private void waitedTooLong(MiddleLane lane) {
        if (!lane.bind(choose())) {
            telegram.counters.forwardError(lane.dc());
            if (!toldUnreachable) {
                toldUnreachable = true;
                telegram.events.on(new Event.Unreachable(dc, telegram.settings.waitMillis()));
            }
            lane.giveUp();
        }
    }

    /** Whether it has no targets, or somebody has waited in vain and there is still no link. */
    boolean unreachable() {
        return pools.length == 0 || (toldUnreachable && choose() == null);
    }

    /** A session has found its link. */
    void reached() {
        if (toldUnreachable) {
            toldUnreachable = false;
            telegram.events.on(new Event.Reachable(dc));
        }
    }

    /** A link has become ready: takes its share of those who wait, the others wait a little for further links. */
    void ready(LinkPool of, Link link) {
        if (!waiting.isEmpty() && List.of(pools).contains(of)) {
            int coming = 0;
            for (LinkPool pool : Set.copyOf(List.of(pools))) {
                coming += pool.coming();
            }
            bindSome((waiting.size() + coming) / (1 + coming), link);
            if (!waiting.isEmpty() && spreading == null) {
                spreading = telegram.loop.after(SPREAD_MILLIS, this::bindAll);
            }
        }
    }

    private void bindSome(int share, Link link) {
        int left = share;
        for (MiddleLane lane : new ArrayList<>(waiting)) {
            if (left-- == 0) {
                return;
            }
            lane.bind(link);
        }
    }

    private void bindAll() {
        spreading = null;
        retry();
    }

    /** Targets may have come in: all who wait look again. */
    void retry() {
        for (MiddleLane lane : new ArrayList<>(waiting)) {
            lane.bind(choose());
        }
    }

    /** Its lanes go to another cluster, in their order; it has left the directory. */
    void moveWaiting(Cluster to) {
        to.waiting.addAll(waiting);
        waiting.clear();
        for (MiddleLane lane : new ArrayList<>(to.waiting)) {
            lane.move(to);
        }
        if (to.demanding == null) {
            to.demand();
        }
    }
}
