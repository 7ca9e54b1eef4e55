package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/** Makes the connection object of an accepted socket; on the loop's thread. */
@FunctionalInterface
public interface Acceptor {
    /** The owner of the new socket, or null to close the socket at once. */
    @Nullable
    Connection accepted(EventLoop loop, Endpoint peer);
}
