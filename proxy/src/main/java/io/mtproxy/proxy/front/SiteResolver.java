package io.mtproxy.proxy.front;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Finds the address of a site by C's rules. Any thread, also several at once. */
@FunctionalInterface
public interface SiteResolver {
    /** May block; null when there is no address. */
    @Nullable
    InetAddress resolve(String domain);
}
