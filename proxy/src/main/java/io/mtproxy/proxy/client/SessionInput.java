package io.mtproxy.proxy.client;

import io.mtproxy.wire.crypto.AesCtr;

/** The reading half of a client session: takes the bytes of its socket, or of its TLS records. */
interface SessionInput {
    /**
     * Bytes have come.
     *
     * @throws io.mtproxy.wire.ProtocolException on what no client may send
     */
    void data(byte[] b, int off, int len);

    /** Hands nothing on any more. */
    void close();

    /** Bytes of memory that an incomplete packet takes. */
    int held();

    /** The beginning of an incomplete packet, in the clear; nothing is touched. */
    default byte[] heard() {
        return new byte[0];
    }

    /** Goes on with that of another process. */
    default void restore(byte[] heard) {}

    /** The client's stream, as it stands. */
    AesCtr.State stream();

    /** Gives the cipher back until the next byte. */
    void idle();
}
