package io.mtproxy.proxy.client;

/**
 * Rules for clients, the same for all loops.
 *
 * @param paddedOnly      accept the padded transport only
 * @param silenceMillis   a connection without an accepted header is closed after a time between this ...
 * @param maxSilenceMillis ... and this, drawn for each, so that no clock gives us away
 * @param siteMillis      under -D: a client that has not sent a whole ClientHello goes to the site after so long
 * @param maxUnproven     connections of one loop without an accepted header; beyond it the oldest is closed
 * @param maxOutput       bytes that may wait for one client
 * @param maxMemory       bytes that buffers of one loop may take; above it those who hold the most are closed
 * @param drainMillis     a client that is to be closed gets so long to take what waits for it
 * @param idleMillis      ciphers of a session that rests so long are dropped
 */
public record ClientSettings(boolean paddedOnly, int silenceMillis, int maxSilenceMillis, int siteMillis,
        int maxUnproven, long maxOutput, long maxMemory, int drainMillis, int idleMillis) {
    /** C's figures and, where C has none, those of the divergences. */
    public static ClientSettings defaults(boolean paddedOnly, int loops, long maxMemory) {
        return new ClientSettings(paddedOnly, 30_000, 90_000, 20, Math.max(1, 4096 / loops), 32L << 20,
                maxMemory / loops, 10_000, 10_000);
    }
}
