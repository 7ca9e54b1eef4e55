package io.mtproxy.proxy.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Turns the host of a config line into an address. */
public interface Resolver {
    /**
     * Resolves a name, an IPv4 address, or an IPv6 address or name in brackets; may block.
     *
     * @return null when there is no address
     */
    @Nullable
    InetAddress resolve(String host);
}
