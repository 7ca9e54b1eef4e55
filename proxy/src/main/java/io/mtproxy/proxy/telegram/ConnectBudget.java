package io.mtproxy.proxy.telegram;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many links of this process, over all its loops, may be on their way at a time: dialled and not yet ready. After an
 * outage Telegram is not met by all of them at once. Any thread.
 */
public final class ConnectBudget {
    private final int limit;
    private final AtomicInteger used = new AtomicInteger();
    /** Who found no place, in that order. */
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

    /** Somebody who wants to connect. */
    interface Waiter {
        /** There may be a place; called on any thread. */
        void placeFree();
    }

    /** @param limit above 0 */
    public ConnectBudget(int limit) {
        this.limit = limit;
    }

    /** Takes a place; when there is none, tells the waiter once as soon as there may be one. */
    boolean take(Waiter waiter) {
        if (tryTake()) {
            return true;
        }
        waiters.add(waiter);
        // a place given back before the waiter stood in the queue was offered to nobody
        if (used.get() < limit) {
            offer();
        }
        return false;
    }

    private boolean tryTake() {
        for (int now = used.get(); now < limit; now = used.get()) {
            if (used.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Gives a place back. */
    void give() {
        used.decrementAndGet();
        offer();
    }

    /** A waiter who was told does not need the place, or needs no further one: the next is told. */
    void offer() {
        if (used.get() < limit) {
            Waiter next = waiters.poll();
            if (next != null) {
                next.placeFree();
            }
        }
    }

    /** Links on their way now. */
    int used() {
        return used.get();
    }
}
