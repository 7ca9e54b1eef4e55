package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/** Makes the connection object of an accepted socket; on the loop's thread. */
@FunctionalInterface
public interface Acceptor {
    /**
     * Asked before each accept: true reserves a place. False leaves the connection in the kernel's queue; the acceptor then has to
     * {@linkplain EventLoop#pauseAccepting pause} the loop, or it is asked again at once.
     */
    default boolean reserve(EventLoop loop) {
        return true;
    }

    /** The reserved place is not needed: nobody waited after all, or the socket broke before {@link #accepted}. */
    default void release() {}

    /**
     * The owner of the new socket, or null to close the socket at once. Takes over the reserved place either way: with null
     * this method has given it back. {@link Connection#connected} follows.
     */
    @Nullable
    Connection accepted(EventLoop loop, Endpoint peer);
}
