package io.mtproxy.proxy.telegram;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Rules for connections to data centres, the same for all loops.
 *
 * @param source        local address for IPv4 ones, or null for any
 * @param connectMillis a connection must stand after so long, whatever number of addresses was tried
 * @param raceMillis    an address that has not answered after so long is joined by the next one (RFC 8305: 250 ms)
 * @param drainMillis   when the client has gone Telegram gets so long to take what came from it
 */
public record DirectSettings(DataCentres centres, @Nullable InetSocketAddress source, int connectMillis, int raceMillis,
        int drainMillis) {
    private static final int RACE_MILLIS = 250;
    private static final int DRAIN_MILLIS = 10_000;

    /** With the usual times. */
    public static DirectSettings of(DataCentres centres, @Nullable InetSocketAddress source, int connectMillis) {
        return new DirectSettings(centres, source, connectMillis, RACE_MILLIS, DRAIN_MILLIS);
    }
}
