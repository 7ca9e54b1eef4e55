package io.mtproxy.proxy.client;

import java.io.IOException;

/**
 * What a client says before it has proven that it knows a secret. One per client, gone when the client is
 * {@linkplain ClientConnection#open proven}; its loop's thread.
 */
interface Greeting {
    /** The connection is established. */
    void begin();

    /** What is needed to go on in another process; nothing is touched. */
    GreetingState save();

    /**
     * Instead of {@link #begin}: goes on where the saved one stood.
     *
     * @param patience milliseconds until its deadline, -1 without one
     */
    void restore(GreetingState saved, long patience) throws IOException;

    /** Bytes have come, as {@link io.mtproxy.proxy.net.Connection#data} gives them. */
    void data(byte[] b, int off, int len);

    /** The client has sent FIN. */
    void halfClosed();

    /** Gives the client what somebody else says to it. False when nobody else does. */
    default boolean flush() {
        return false;
    }

    /** Bytes of memory that this client makes us hold, beside its output. */
    long held();

    /** The client's connection ends: what is not in memory only is given back. */
    default void close() {}
}
