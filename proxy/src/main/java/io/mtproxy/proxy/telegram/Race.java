package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.TimerWheel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to a data centre is found: its addresses are tried one after the other, the next one at the latest when the one
 * before has not answered for a while, and the first that answers wins (RFC 8305, "happy eyeballs"). On the loop's thread.
 */
final class Race {
    private final DirectCentres telegram;
    private final DirectLane lane;
    private final Centre.Address[] order;
    private final List<DirectLink> running = new ArrayList<>(1);
    private final TimerWheel.Timer deadline;
    private TimerWheel.@Nullable Timer next;
    private int begun;
    /** Proxies that failed instead of an address. */
    private int detours;
    private String lastFailure = "no answer";

    Race(DirectCentres telegram, DirectLane lane, Centre centre) {
        this.telegram = telegram;
        this.lane = lane;
        this.order = centre.order(System.nanoTime());
        int limit = telegram.settings.connectMillis();
        deadline = telegram.loop.after(limit, () -> lost("no answer within " + limit + " ms"));
        begin();
    }

    private void begin() {
        next = null;
        if (begun == order.length) {
            return;
        }
        dial(order[begun++]);
        if (begun < order.length) {
            next = telegram.loop.after(telegram.settings.raceMillis(), this::begin);
        }
    }

    private void dial(Centre.Address address) {
        DirectLink link = new DirectLink(telegram, lane, address);
        running.add(link);
        telegram.counters.increment(Counter.DIRECT_DIALS);
        DirectSettings settings = telegram.settings;
        link.dial(address.socketAddress, source(address), settings.connectMillis());
    }

    private @Nullable InetSocketAddress source(Centre.Address address) {
        return address.socketAddress.getAddress() instanceof Inet4Address ? telegram.settings.source() : null;
    }

    /** One has answered: the others are dropped. */
    void won(DirectLink winner) {
        stop();
        running.remove(winner);
        winner.address().reached();
        running.forEach(DirectLink::forget);
        fail("another address of the data centre answered first");
    }

    /** One has failed: the next one is tried at once. */
    void failed(DirectLink link, IOException why) {
        lastFailure = link.address() + ": " + message(why);
        running.remove(link);
        telegram.counters.increment(Counter.DIRECT_DIALS_FAILED);
        telegram.loop.close(link);
        if (link.proxyFailed() && ++detours < telegram.settings.vias().size()) {
            dial(link.address()); // through another one
            return;
        }
        if (!link.proxyFailed()) {
            link.address().failed(message(why), System.nanoTime());
        }
        if (begun < order.length) {
            telegram.loop.cancel(next);
            begin();
        } else if (running.isEmpty()) {
            stop();
            lane.notReached(lastFailure);
        }
    }

    private static String message(IOException why) {
        String message = why.getMessage();
        return message == null ? why.toString() : message;
    }

    private void lost(String why) {
        stop();
        fail(why);
        lane.notReached(lastFailure);
    }

    private void fail(String why) {
        EventLoop loop = telegram.loop;
        for (DirectLink link : running) {
            lastFailure = link.address() + ": " + why;
            link.giveUp(why);
            if (!link.proxyFailed()) {
                link.address().failed(why, System.nanoTime());
            }
            telegram.counters.increment(Counter.DIRECT_DIALS_FAILED);
            loop.abort(link);
        }
        running.clear();
    }

    private void stop() {
        telegram.loop.cancel(deadline);
        telegram.loop.cancel(next);
    }

    /** Nobody wants to get there any more. */
    void abandon() {
        stop();
        for (DirectLink link : running) {
            link.forget();
            telegram.loop.abort(link);
        }
        running.clear();
    }
}
