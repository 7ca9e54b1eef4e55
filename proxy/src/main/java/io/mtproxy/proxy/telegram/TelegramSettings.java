package io.mtproxy.proxy.telegram;

import io.mtproxy.wire.rpc.ProcessId;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What links need to know, the same for all loops.
 *
 * @param secret          Telegram's shared secret, 32..256 bytes; null = links are opened, as C does, and refused at the first answer
 * @param tag             16 bytes of the promotion tag, or null
 * @param nat             how our own addresses look from outside
 * @param self            our identity in handshakes
 * @param source          local address for links, or null for any
 * @param loops           over how many loops {@code min_connections} is divided
 * @param handshakeMillis a link must be ready after so long (C: 3 s)
 * @param waitMillis      a packet waits so long for a link that is ready
 * @param pingMillis      a link that was silent for so long is sent a ping; after twice that it gets no new clients, after
 *                        twenty times it is closed
 * @param forceDh         links must use Diffie-Hellman: costs the loop some milliseconds per link
 * @param bounds          what one link may take
 * @param connects        how many links of the process may be on their way at a time, shared by all loops
 * @param keyExchanges    asked before every step of a client's key exchange; false closes the client
 * @param vias            proxies through which Telegram is reached, shared by all loops
 */
public record TelegramSettings(byte @Nullable [] secret, byte @Nullable [] tag, NatTable nat, ProcessId self,
        @Nullable InetSocketAddress source, int loops, int handshakeMillis, int waitMillis,
        int pingMillis, boolean forceDh, LinkBounds bounds, ConnectBudget connects, BooleanSupplier keyExchanges,
        Vias vias) {

    /** The same with another secret. */
    TelegramSettings secret(byte[] other) {
        return new TelegramSettings(other, tag, nat, self, source, loops, handshakeMillis, waitMillis, pingMillis,
                forceDh,
                bounds, connects, keyExchanges, vias);
    }
}
