package io.mtproxy.tools.sim;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client connection as Telegram sees it: a connection id on a link. Lives from the first packet until the proxy or we
 * close it or the link ends. Any thread.
 */
public interface SimulatedSession {
    /** The connection id that the proxy chose. */
    long id();

    /** The flags of the latest request, {@link io.mtproxy.wire.rpc.ProxyRequest}. */
    int flags();

    /** All of the latest request that stands before its packet, as it came; not to be changed. */
    byte[] head();

    /** 16 bytes, IPv4 as ::ffff:a.b.c.d; not to be changed. */
    byte[] clientAddress();

    /** The port that the proxy tells of its client. */
    int clientPort();

    /** 16 bytes, null when the proxy sends none. */
    byte @Nullable [] tag();

    /**
     * Sends a packet to the client. Blocks while the link's socket is full; does nothing when the session is closed.
     * Answers that the link's reader thread gives go out together once no request waits.
     *
     * @param data a multiple of 4 bytes (IllegalArgumentException), not changed and not kept
     */
    void answer(byte[] data);

    /** Sends a quick acknowledgement; clients expect the top bit set. */
    void simpleAck(int confirm);

    /** Closes the client: CLOSE_EXT. Later requests of this id on this link are ignored. */
    void closeExt();

    /** Whether the session is over. */
    boolean closed();

    /** What a service keeps with the session: made at the first call, then always the same. */
    <T> T attachment(Class<T> type, Supplier<T> maker);
}
