package io.mtproxy.wire.tunnel;

import io.mtproxy.wire.Address;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of what is said to a proxy until it passes bytes on to the target. First {@link #greet}; then, for all
 * that comes, {@link #feed} and {@link #answer} in turn:
 *
 * <pre>{@code
 * send(greet)
 * while (!open() && bytes have come) {
 *     feed them
 *     send(answer) // where there is one
 * }
 * }</pre>
 *
 * What feed leaves of the bytes when the tunnel is open comes from the target. One per connection, one owner thread; any
 * segmentation.
 */
public interface Tunnel {
    /** Bytes of the longest message that {@link #greet} and {@link #answer} write. */
    int MAX_MESSAGE = 1024;

    /** Writes what we say first; how many bytes. */
    int greet(byte[] out, int off);

    /**
     * Takes what the proxy says: all of it, or up to where we have to answer, or to the last byte before the target's first.
     *
     * @return how many bytes it took; 0 only when {@code len} is, an answer is due, or the tunnel is open
     * @throws io.mtproxy.wire.ProtocolException with the reason: HANDSHAKE when the proxy refuses, UNREACHED when
     *         the target does, MESSAGE when it does not speak
     *         the protocol, LENGTH when it says too much. The tunnel is not to be used any more
     */
    int feed(byte[] b, int off, int len);

    /** Writes what is due now; how many bytes, 0 = nothing is. */
    int answer(byte[] out, int off);

    /** Whether everything from here on is the target's. */
    boolean open();

    /**
     * From where the target sees us, as the proxy tells; null when it does not. The address may be unspecified or a private one.
     * Valid when open.
     */
    @Nullable
    Address bound();
}
