package io.mtproxy.proxy.front;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses lead back to the proxy itself: a site there would make it talk to itself without end. Any thread.
 *
 * @param ports   the client ports
 * @param bound   the address that they are bound to; null = all of this machine
 * @param outside addresses that others know us by, as those of {@code --nat-info}
 */
public record OwnSockets(Set<Integer> ports, @Nullable InetAddress bound, List<InetAddress> outside) {
    /** No port at all. */
    public static final OwnSockets NONE = new OwnSockets(Set.of(), null, List.of());

    public OwnSockets {
        ports = Set.copyOf(ports);
        outside = List.copyOf(outside);
    }

    /** Whether a connection to that address and port would be ours to accept, as far as this machine can know. May block. */
    public boolean accept(InetAddress address, int port) {
        if (!ports.contains(port)) {
            return false;
        }
        return outside.contains(address) || (bound == null ? ofThisMachine(address) : atBound(address, bound));
    }

    private static boolean atBound(InetAddress address, InetAddress bound) {
        return bound.isAnyLocalAddress()
                ? ofThisMachine(address)
                : address.equals(bound) || (address.isAnyLocalAddress() && bound.isLoopbackAddress());
    }

    /** Whether an address is one of this machine's. May block. */
    static boolean ofThisMachine(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
