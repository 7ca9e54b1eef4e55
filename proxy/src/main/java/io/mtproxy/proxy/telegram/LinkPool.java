package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.net.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of one loop to one target: keeps their number, opens missing ones with a growing pause while the target does
 * not answer (1 s, then half as long again each time, up to about 30 s, each with jitter, as C), and tells when the target
 * comes up or goes down.
 */
final class LinkPool {
    /** C: a pause from here on grows no further, so that the longest is about 30 s. */
    private static final double LAST_GROWTH_SECONDS = 20;
    /** A link that was ready for so long is replaced at once; a target whose links die sooner is flapping. */
    private static final int PROVEN_MILLIS = 2000;
    /** C looks for missing links ten times per second. */
    private static final int REOPEN_MILLIS = 100;

    private final MiddleProxies telegram;
    private Directory.Target target;
    private final List<Link> links = new ArrayList<>();
    private final List<Link> ready = new ArrayList<>();
    /** Seconds, as C has them. */
    private final double basePause;
    private double pause;
    private TimerWheel.@Nullable Timer redial;
    /** Links that are connected and silent. */
    private int suspended;
    private boolean demanded;
    private boolean toldDown;
    private boolean retired;

    LinkPool(MiddleProxies telegram, Directory.Target target) {
        this.telegram = telegram;
        this.target = target;
        this.basePause = 1.0 + telegram.random.nextDouble(0.1);
        this.pause = basePause;
        telegram.counters.increment(Counter.TARGETS);
    }

    /** The same address with new figures. */
    void use(Directory.Target next) {
        target = next;
        ensure();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    Link chooseReady() {
        return ready.get(ready.size() == 1 ? 0 : telegram.random.nextInt(ready.size()));
    }

    /** Opens the links that are missing. */
    void ensure() {
        telegram.loop.cancel(redial);
        redial = null;
        if (retired) {
            return;
        }
        int wanted = kept() + (suspended + 1) / 2; // as C
        while (links.size() < Math.min(wanted, share(target.maxLinks()))) {
            open();
        }
    }

    /** A link is full: opens a further one for those who come next, up to the target's maximum. */
    void grow() {
        if (!retired && links.size() == ready.size() && links.size() < share(target.maxLinks())) {
            open();
        }
    }

    /** A client waits: a loop that keeps no link of its own because there are too few opens one, and keeps it. */
    void demand() {
        demanded = true;
        if (links.isEmpty() && redial == null) {
            ensure();
        }
    }

    /** This loop's part of the links that the process keeps: the first loops have the odd ones. */
    private int kept() {
        int loops = telegram.settings.loops();
        int part = (target.minLinks() + loops - 1 - telegram.loopIndex) / loops;
        return demanded ? Math.max(1, part) : part;
    }

    /** This loop's part of the links that the process may have. */
    private int share(int links) {
        return Math.max(1, links / telegram.settings.loops());
    }

    private void open() {
        Link link = new Link(telegram, this, target);
        links.add(link);
        link.open();
    }

    void pauseReading(boolean paused) {
        links.forEach(link -> link.pauseReading(paused));
    }

    /** The target has left the directory. */
    void retire() {
        retired = true;
        telegram.loop.cancel(redial);
        telegram.counters.add(Counter.TARGETS, -1);
        telegram.counters.add(Counter.TARGETS_READY, ready.isEmpty() ? 0 : -1);
        for (Link link : List.copyOf(links)) {
            link.retire();
        }
    }

    void close() {
        retired = true;
        telegram.loop.cancel(redial);
        for (Link link : List.copyOf(links)) {
            link.end(CloseReason.SHUTDOWN, "");
        }
    }

    void ready(Link link) {
        serve(link);
    }

    /** A link is silent: it keeps its clients and gets no new ones. */
    void suspend(Link link) {
        suspended++;
        withdraw(link);
        ensure();
    }

    /** A silent link was heard again. */
    void resume(Link link) {
        suspended--;
        serve(link);
    }

    private void serve(Link link) {
        toldDown = false;
        ready.add(link);
        if (ready.size() == 1 && !retired) {
            telegram.counters.increment(Counter.TARGETS_READY);
            telegram.events.on(new Event.TargetUp(target.toString()));
        }
        telegram.retryWaiting();
    }

    private boolean withdraw(Link link) {
        boolean wasReady = ready.remove(link);
        if (wasReady && ready.isEmpty() && !retired) {
            telegram.counters.add(Counter.TARGETS_READY, -1);
        }
        return wasReady;
    }

    /** A link has ended; it is closed already. */
    void ended(Link link, CloseReason reason, String detail) {
        links.remove(link);
        suspended -= link.isSuspended() ? 1 : 0;
        boolean wasReady = withdraw(link);
        if (retired) {
            return;
        }
        tell(wasReady, reason, detail);
        boolean proven = link.readyMillis() >= PROVEN_MILLIS;
        if (proven) {
            pause = basePause;
        }
        if (redial == null) {
            redial = telegram.loop.after(proven ? REOPEN_MILLIS : nextPauseMillis(), this::ensure);
        }
    }

    private void tell(boolean wasReady, CloseReason reason, String detail) {
        if (ready.isEmpty()) {
            if (!toldDown) {
                toldDown = true;
                telegram.events.on(new Event.TargetDown(target.toString(), wasReady, reason, detail));
            }
        } else if (reason != CloseReason.LINK_CLOSED && reason != CloseReason.LINK_FAILED) {
            telegram.events.on(new Event.LinkRefused(target.toString(), reason, detail));
        }
    }

    private long nextPauseMillis() {
        double now = pause;
        if (pause < LAST_GROWTH_SECONDS) {
            pause = pause * 1.5 + telegram.random.nextDouble(0.2);
        }
        return (long) (now * 1000);
    }
}
