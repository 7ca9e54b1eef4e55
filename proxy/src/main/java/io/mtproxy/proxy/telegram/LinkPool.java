package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The links of one loop to one target, and the target's health as real outcomes tell it. Keeps the number of links: a
 * target that failed last is tried with one link at a time and with {@link Redial growing pauses}, or once per second while
 * clients wait for it; when that link is ready, the others follow.
 */
final class LinkPool {
    /** A link that was ready for so long has proven its target; a target whose links die sooner is flapping. */
    private static final int PROVEN_MILLIS = 2000;
    /** Attempts at a time, at most, while clients wait: the first ones may hang until their deadline. */
    private static final int PROBES = 3;

    private final MiddleProxies telegram;
    private final Lease lease;
    private Directory.Target target;
    private final List<Link> links = new ArrayList<>();
    private final List<Link> ready = new ArrayList<>();
    private final Redial redial;
    /** Links that are connected and silent. */
    private int suspended;
    /** Links wanted beyond those that are kept: clients found the others full. */
    private int extra;
    /** Links that ended without having proven anything, in a row. */
    private int strikes;
    private boolean wasReady;
    private boolean demanded;
    private boolean probe;
    private boolean queued;
    private boolean toldUp;
    private boolean toldDown;
    private boolean retired;

    LinkPool(MiddleProxies telegram, Directory.Target target) {
        this.telegram = telegram;
        this.target = target;
        this.redial = new Redial(telegram.loop, telegram.random, this::ensure);
        this.lease = new Lease(telegram.counters);
        lease.raise(Counter.TARGETS);
    }

    /** The same address with new figures. What is known of its health, and the pause that it is in, stay. */
    void use(Directory.Target next) {
        target = next;
        if (!redial.pending()) {
            ensure();
        }
    }

    // ---- choosing

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Whether its links hold: the last one that ended had been of use, or one has been since. */
    boolean trusted() {
        return strikes == 0 || (!ready.isEmpty() && ready.getFirst().readyMillis() >= PROVEN_MILLIS);
    }

    /** Of two random ones the link with fewer clients. */
    Link chooseReady() {
        Link one = ready.get(random(ready.size()));
        Link other = ready.get(random(ready.size()));
        return other.laneCount() < one.laneCount() ? other : one;
    }

    private int random(int bound) {
        return bound == 1 ? 0 : telegram.random.nextInt(bound);
    }

    // ---- from and to another process

    /** Adds what is needed to go on elsewhere with its ready links. */
    void save(List<LinkState> to) {
        for (Link link : links) {
            LinkState saved = link.save(to.size());
            if (saved != null) {
                to.add(saved);
            }
        }
    }

    /** Takes a link over. */
    Link adopt(LinkState saved) throws IOException {
        Link link = new Link(telegram, this, target, saved);
        link.adopt(saved.descriptor());
        links.add(link);
        ready(link);
        return link;
    }

    // ---- keeping the number of links

    /** Sees to it that links which are missing are opened, as far as the connect budget allows. */
    void ensure() {
        if (!queued && wantsLink()) {
            queued = true;
            telegram.dial(this);
        }
    }

    /** Whether a link is to be opened now. */
    boolean wantsLink() {
        if (retired || links.size() >= share(target.maxLinks())) {
            return false;
        }
        if (probe) {
            return true;
        }
        boolean uncertain = ready.isEmpty() && (strikes > 0 || !wasReady);
        return !redial.pending() && links.size() < (uncertain ? Math.min(1, wanted()) : wanted());
    }

    /** Its turn in the queue of those who want to connect. @return whether it wants another one */
    boolean open() {
        probe = false;
        Link link = new Link(telegram, this, target);
        links.add(link);
        redial.dialled();
        link.open();
        queued = wantsLink();
        return queued;
    }

    /** It left that queue because it wants no link any more. */
    void leftQueue() {
        queued = false;
    }

    private int wanted() {
        return kept() + (suspended + 1) / 2 + extra; // the second as C
    }

    /** A link is full: opens a further one for those who come next, up to the target's maximum. */
    void grow() {
        if (links.size() == ready.size() && links.size() < share(target.maxLinks())) {
            extra = links.size() + 1 - kept();
            ensure();
        }
    }

    /** Whether it can do with one link less. */
    boolean hasSpare() {
        return links.size() > kept();
    }

    /** Clients wait: tries at once what was to be tried later, and does so again while they wait. */
    void demand() {
        demanded = true;
        if (ready.isEmpty() && links.size() < PROBES && !queued) {
            if (redial.mayProbe()) {
                redial.forget();
                probe = true;
                ensure();
            }
        }
    }

    /** This loop's part of the links that the process keeps: the first loops have the odd ones, any that is asked has one. */
    private int kept() {
        int loops = telegram.settings.loops();
        int part = (target.minLinks() + loops - 1 - telegram.loopIndex) / loops;
        return demanded ? Math.max(1, part) : part;
    }

    /** This loop's part of the links that the process may have. */
    private int share(int ofLinks) {
        return Math.max(1, ofLinks / telegram.settings.loops());
    }

    /** How many links are about to become ready, if all goes well. */
    int coming() {
        int connecting = links.size() - ready.size() - suspended;
        return ready.isEmpty()
                ? connecting
                : Math.max(connecting, Math.min(wanted(), share(target.maxLinks()))
                        - ready.size() - suspended);
    }

    void pauseReading(boolean paused) {
        links.forEach(link -> link.pauseReading(paused));
    }

    /** The target has left the directory. */
    void retire() {
        retired = true;
        redial.forget();
        lease.release();
        telegram.events.on(new Event.TargetGone(target.toString(), toldUp));
        for (Link link : List.copyOf(links)) {
            link.pauseReading(false); // nobody will let it go on: it is in no directory any more
            link.retire();
        }
        leaveIfEmpty();
    }

    private void leaveIfEmpty() {
        if (links.isEmpty()) {
            telegram.left(this);
        }
    }

    /** Ends links that have no clients, of a target that has left the directory. */
    void endUnused() {
        List.copyOf(links).forEach(Link::retire);
    }

    boolean isRetired() {
        return retired;
    }

    void close() {
        retired = true;
        redial.forget();
        for (Link link : List.copyOf(links)) {
            link.end(CloseReason.SHUTDOWN, "");
        }
    }

    // ---- what links tell

    void ready(Link link) {
        wasReady = true;
        serve(link);
        ensure();
    }

    /** A link is silent, or stuck: it keeps its clients and gets no new ones. */
    void suspend(Link link, CloseReason why) {
        suspended++;
        withdraw(link);
        if (ready.isEmpty() && !retired) {
            tellDown(why, "its links have no new clients until it answers");
        }
        ensure();
    }

    /** A silent link was heard again. */
    void resume(Link link) {
        suspended--;
        serve(link);
    }

    private void serve(Link link) {
        ready.add(link);
        if (ready.size() == 1 && !retired) {
            lease.raise(Counter.TARGETS_READY);
            if (!toldUp) {
                toldUp = true;
                toldDown = false;
                telegram.events.on(new Event.TargetUp(target.toString()));
            }
        }
        telegram.ready(this, link);
    }

    private void withdraw(Link link) {
        ready.remove(link);
        if (ready.isEmpty()) {
            lease.lower(Counter.TARGETS_READY);
        }
    }

    /** A link has ended; it is closed already. */
    void ended(Link link, CloseReason reason, String detail) {
        links.remove(link);
        suspended -= link.isSuspended() ? 1 : 0;
        withdraw(link);
        extra = Math.clamp(links.size() - kept(), 0, extra);
        if (retired) {
            leaveIfEmpty();
        }
        if (retired || reason == CloseReason.LINK_IDLE) {
            return;
        }
        tell(reason, detail);
        boolean proven = link.readyMillis() >= PROVEN_MILLIS;
        strikes = proven ? 0 : strikes + 1;
        redial.after(proven);
    }

    private void tell(CloseReason reason, String detail) {
        if (ready.isEmpty()) {
            tellDown(reason, detail);
        } else if (reason != CloseReason.LINK_CLOSED && reason != CloseReason.LINK_FAILED) {
            telegram.events.on(new Event.LinkRefused(target.toString(), reason, detail));
        }
    }

    private void tellDown(CloseReason reason, String detail) {
        if (!toldDown) {
            toldDown = true;
            telegram.events.on(new Event.TargetDown(target.toString(), toldUp, reason, detail));
            toldUp = false;
        }
    }
}
