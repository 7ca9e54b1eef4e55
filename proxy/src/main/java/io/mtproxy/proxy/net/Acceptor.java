package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/** Makes the connection object of an accepted socket; on the loop's thread. */
@FunctionalInterface
public interface Acceptor {
    /**
     * Asked before each accept. False leaves the connection in the kernel's queue; the acceptor then has to
     * {@linkplain EventLoop#pauseAccepting pause} the loop, or it is asked again at once.
     */
    default boolean reserve(EventLoop loop) {
        return true;
    }

    /** What was reserved is not needed: nobody waited after all. */
    default void release() {}

    /** The owner of the new socket, or null to close the socket at once. */
    @Nullable
    Connection accepted(EventLoop loop, Endpoint peer);
}
