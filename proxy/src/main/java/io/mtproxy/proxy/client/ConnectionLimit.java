package io.mtproxy.proxy.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code -C}: how many clients the process serves at once, over all its loops. At the limit further ones are neither refused
 * nor answered: they wait in the kernel's queue until one leaves, as with C. Any thread.
 */
public final class ConnectionLimit {
    private final int limit;
    private final AtomicInteger used = new AtomicInteger();
    private final List<Clients> members = new CopyOnWriteArrayList<>();

    /** @param limit 0 = none */
    public ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /** Clients of a further loop, which are told when there is room again. */
    void join(Clients clients) {
        members.add(clients);
    }

    /** Takes a place; false when there is none, and the caller stops accepting until it is told to go on. */
    boolean reserve() {
        for (int now = used.get(); limit == 0 || now < limit; now = used.get()) {
            if (used.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** A client of another process has come with its connection: it has a place, beyond the limit if need be. */
    void adopt() {
        used.incrementAndGet();
    }

    /**
     * Gives a place back. Whoever saw no place before this has stopped, or stops, before its loop runs the task that is
     * posted here: none sleeps on a free place.
     */
    void leave() {
        if (used.getAndDecrement() == limit) { // beyond it, places go first
            members.forEach(Clients::resumeAccepting);
        }
    }

    /** Clients now. */
    public int used() {
        return used.get();
    }

    /** The limit, 0 = none. */
    public int limit() {
        return limit;
    }
}
