package io.mtproxy.proxy.client;

/**
 * What a client says before it has proven that it knows a secret. One per client, gone when the client is
 * {@linkplain ClientConnection#open proven}; its loop's thread.
 */
interface Greeting {
    /** The connection is established. */
    void begin();

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
