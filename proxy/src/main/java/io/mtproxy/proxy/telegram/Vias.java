package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code --via}: the proxies through which Telegram is reached, and their health as real attempts tell it. One that fails rests
 * for a second, and twice as long each further time, up to a minute; meanwhile its name is asked for again, which may have got
 * another address. Shared by all loops of the process; any thread.
 */
public final class Vias {
    private final List<Via> all;
    private final Events events;
    private final LongSupplier millis;
    private final SplittableRandom random;
    private final Names names;
    /** Where names are asked for: loops must not wait. */
    private final Executor asking;

    /** Finds the addresses of a name, none where it has none. May block. */
    @FunctionalInterface
    interface Names {
        List<InetAddress> find(String host);
    }

    /** @param all in the order of the options; none: Telegram is reached directly */
    public Vias(List<Via> all, Events events) {
        this(all, events, () -> System.nanoTime() / 1_000_000, new SplittableRandom(), Vias::bySystem,
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("via-names").factory()));
    }

    Vias(List<Via> all, Events events, LongSupplier millis, SplittableRandom random, Names names, Executor asking) {
        this.all = List.copyOf(all);
        this.events = events;
        this.millis = millis;
        this.random = random;
        this.names = names;
        this.asking = asking;
    }

    /** Directly to Telegram. */
    public static Vias none() {
        return new Vias(List.of(), event -> {});
    }

    /**
     * One that is tried.
     *
     * @param at        where
     * @param successes those before
     */
    record Attempt(Via via, InetSocketAddress at, long successes) {}

    /**
     * One for the next attempt: by weight among those that do not rest, or the one whose rest ends first. Null when there are
     * none at all. {@link #worked}, {@link #failed} or {@link #silent} is to follow.
     */
    synchronized @Nullable Attempt choose() {
        if (all.isEmpty()) {
            return null;
        }
        long now = millis.getAsLong();
        Via chosen = byWeight(now);
        chosen = chosen == null ? restedFirst() : chosen;
        chosen.tried(now);
        return new Attempt(chosen, chosen.address(), chosen.successes());
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

    /** An attempt got through, or the proxy could tell why the target is not reached. */
    void worked(Attempt attempt) {
        Via via = attempt.via();
        synchronized (this) {
            boolean known = via.healthy();
            if (moved(attempt)) {
                return;
            }
            via.worked();
            if (known) {
                return;
            }
        }
        events.on(new Event.ViaUp(via.toString()));
    }

    /** What comes of an attempt says nothing about where the proxy is now. */
    private static boolean moved(Attempt attempt) {
        return !attempt.via().address().equals(attempt.at());
    }

    /**
     * Nothing came of an attempt. A proxy that worked for others meanwhile waits for the target as we did; else it is to blame.
     *
     * @return whether it is
     */
    boolean silent(Attempt attempt, String why) {
        synchronized (this) {
            if (attempt.via().successes() != attempt.successes()) {
                return false;
            }
        }
        failed(attempt, why);
        return true;
    }

    /** An attempt failed, and that was not the target's fault. */
    void failed(Attempt attempt, String why) {
        Via via = attempt.via();
        boolean news;
        boolean ask;
        synchronized (this) {
            if (moved(attempt)) {
                return;
            }
            news = via.healthy();
            ask = via.failed(millis.getAsLong()) && via.named() && via.ask();
        }
        if (news) {
            events.on(new Event.ViaDown(via.toString(), why));
        }
        if (ask) {
            asking.execute(() -> lookUp(via, false));
        }
    }

    // ---- where they are

    private static List<InetAddress> bySystem(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /** Asks again where those with names are. May block: not for loops. */
    public void lookUp() {
        for (Via via : all) {
            if (via.named()) {
                lookUp(via, true);
            }
        }
    }

    private void lookUp(Via via, boolean ordered) {
        List<InetAddress> addresses = names.find(via.host());
        Event news;
        synchronized (this) {
            news = via.found(addresses, ordered, millis.getAsLong());
        }
        if (news != null) {
            events.on(news);
        }
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
