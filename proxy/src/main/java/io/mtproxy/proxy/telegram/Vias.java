package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code --via}: the proxies through which Telegram is reached, and their health as real attempts tell it. One that fails rests
 * for a second, and twice as long each further time, up to a minute. Shared by all loops of the process; any thread.
 */
public final class Vias {
    private final List<Via> all;
    private final Events events;
    private final LongSupplier millis;
    private final SplittableRandom random;

    /** @param all in the order of the options; none: Telegram is reached directly */
    public Vias(List<Via> all, Events events) {
        this(all, events, () -> System.nanoTime() / 1_000_000, new SplittableRandom());
    }

    Vias(List<Via> all, Events events, LongSupplier millis, SplittableRandom random) {
        this.all = List.copyOf(all);
        this.events = events;
        this.millis = millis;
        this.random = random;
    }

    /** Directly to Telegram. */
    public static Vias none() {
        return new Vias(List.of(), event -> {});
    }

    /**
     * One for the next attempt: by weight among those that do not rest, or the one whose rest ends first. Null when there are
     * none at all. {@link #worked} or {@link #failed} is to follow.
     */
    synchronized @Nullable Via choose() {
        if (all.isEmpty()) {
            return null;
        }
        long now = millis.getAsLong();
        Via chosen = byWeight(now);
        chosen = chosen == null ? restedFirst() : chosen;
        chosen.tried(now);
        return chosen;
    }

    private @Nullable Via byWeight(long now) {
        int weights = 0;
        for (Via via : all) {
            weights += via.rests(now) ? 0 : via.weight();
        }
        int draw = weights == 0 ? 0 : random.nextInt(weights);
        for (Via via : all) {
            draw -= via.rests(now) ? 0 : via.weight();
            if (draw < 0) {
                return via;
            }
        }
        return null;
    }

    private Via restedFirst() {
        Via first = all.getFirst();
        for (Via via : all) {
            first = first.restsLongerThan(via) ? via : first;
        }
        return first;
    }

    /** An attempt got through. */
    void worked(Via via) {
        synchronized (this) {
            if (via.healthy()) {
                return;
            }
            via.worked();
        }
        events.on(new Event.ViaUp(via.toString()));
    }

    /** An attempt did not, and that was not the target's fault. */
    void failed(Via via, String why) {
        synchronized (this) {
            boolean news = via.healthy();
            via.failed(millis.getAsLong());
            if (!news) {
                return;
            }
        }
        events.on(new Event.ViaDown(via.toString(), why));
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }

    /** Whether nothing has failed through the one of that index since something worked. */
    public synchronized boolean healthy(int index) {
        return all.get(index).healthy();
    }
}
