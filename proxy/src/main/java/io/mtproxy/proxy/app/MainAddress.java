package io.mtproxy.proxy.app;

import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The search for our own address, as C does it: the widest network of 10/8, else the widest one that is not loopback. */
final class MainAddress {
    private static final int PRIVATE = 10;
    private static final int LOOPBACK = 127;
    private static final int HOST_ROUTE = 32;

    private MainAddress() {}

    /**
     * An address of an interface.
     *
     * @param prefix length of the network mask, 0..32
     */
    record Candidate(String name, Inet4Address address, int prefix) {}

    /** The kernel's order. Not a lambda: see {@link Main}. */
    private static final class ByIndex implements Comparator<NetworkInterface> {
        @Override
        public int compare(NetworkInterface a, NetworkInterface b) {
            return Integer.compare(a.getIndex(), b.getIndex());
        }
    }

    /** The chosen address, or null when there is none. */
    static @Nullable Candidate find() {
        try {
            List<NetworkInterface> interfaces = Collections.list(NetworkInterface.getNetworkInterfaces());
            interfaces.sort(new ByIndex());
            Candidate best = null;
            for (NetworkInterface each : interfaces) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    if (address.getAddress() instanceof Inet4Address v4) {
                        best = better(best, new Candidate(each.getName(), v4, address.getNetworkPrefixLength()));
                    }
                }
            }
            return best;
        } catch (SocketException e) {
            return null;
        }
    }

    /** Of two candidates the one that C keeps; the earlier one when they are equal. */
    static @Nullable Candidate better(@Nullable Candidate best, Candidate next) {
        if (next.name().startsWith("lo")) {
            return best;
        }
        int prefix = best == null ? HOST_ROUTE : best.prefix();
        boolean bestPrivate = best != null && firstByte(best) == PRIVATE;
        boolean wider = next.prefix() < prefix;
        if (firstByte(next) == PRIVATE) {
            return wider || !bestPrivate ? next : best;
        }
        return firstByte(next) != LOOPBACK && wider && !bestPrivate ? next : best;
    }

    private static int firstByte(Candidate candidate) {
        return candidate.address().getAddress()[0] & 255;
    }
}
