package io.mtproxy.proxy.client;

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

    /** Gives the cipher back until the next byte. */
    void idle();
}
