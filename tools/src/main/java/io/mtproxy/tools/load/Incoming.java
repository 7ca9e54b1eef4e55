package io.mtproxy.tools.load;

/** What comes to a client. */
public sealed interface Incoming {

    /**
     * A packet; the bytes are the connection's and hold only until it is read again.
     *
     * @param b holds the packet
     * @param off where it begins
     * @param length its bytes, padding removed
     */
    record Packet(byte[] b, int off, int length) implements Incoming {}

    /**
     * A quick acknowledgement.
     *
     * @param confirm the four bytes as Telegram numbered them
     */
    record Ack(int confirm) implements Incoming {}
}
