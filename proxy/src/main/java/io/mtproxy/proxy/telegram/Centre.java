package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A data centre: its addresses, and how each has done lately. One per event loop. */
final class Centre {
    private final int dc;
    private final Address[] addresses;
    private final Events events;
    private boolean toldUnreachable;

    /** One address. After a failure others are tried before it: for a second, then for two, up to a minute. */
    static final class Address {
        private static final long FIRST_REST_NANOS = 1_000_000_000;
        private static final int MOST_DOUBLINGS = 6;

        final InetSocketAddress socketAddress;
        private final Events events;
        private final int dc;
        private int failures;
        private long restsUntil;

        Address(int dc, InetSocketAddress socketAddress, Events events) {
            this.dc = dc;
            this.socketAddress = socketAddress;
            this.events = events;
        }

        boolean rests(long now) {
            return failures > 0 && restsUntil - now > 0;
        }

        /** It answered. */
        void reached() {
            if (failures > 0) {
                failures = 0;
                events.on(new Event.CentreAddress(dc, toString(), true, ""));
            }
        }

        /** It did not, or another one was faster by far. */
        void failed(String why, long now) {
            if (failures == 0) {
                events.on(new Event.CentreAddress(dc, toString(), false, why));
            }
            restsUntil = now + (FIRST_REST_NANOS << Math.min(failures, MOST_DOUBLINGS));
            failures++;
        }

        @Override
        public String toString() {
            String host = socketAddress.getAddress().getHostAddress();
            return String.format(Locale.ROOT, host.indexOf(':') < 0 ? "%s:%d" : "[%s]:%d", host,
                    socketAddress.getPort());
        }
    }

    Centre(int dc, List<InetSocketAddress> addresses, Events events) {
        this.dc = dc;
        this.addresses = addresses.stream().map(address -> new Address(dc, address, events)).toArray(Address[]::new);
        this.events = events;
    }

    /** In which order to try them now: as the table has them, those that rest last. The caller changes nothing. */
    Address[] order(long now) {
        boolean allWell = true;
        for (Address address : addresses) {
            allWell &= !address.rests(now);
        }
        if (allWell) {
            return addresses;
        }
        Address[] order = addresses.clone();
        Arrays.sort(order, Comparator.comparing((Address address) -> address.rests(now))
                .thenComparingLong(address -> address.rests(now) ? address.restsUntil - now : 0));
        return order;
    }

    /** No address answered a client. */
    void unreachable(String why) {
        if (!toldUnreachable) {
            toldUnreachable = true;
            events.on(new Event.CentreUnreachable(dc, why));
        }
    }

    /** A client was served. */
    void reached() {
        if (toldUnreachable) {
            toldUnreachable = false;
            events.on(new Event.Reachable(dc));
        }
    }
}
