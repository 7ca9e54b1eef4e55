package io.mtproxy.proxy.client;

import io.mtproxy.wire.IpNetwork;
import io.mtproxy.wire.obfuscated.PacketHeader;
import java.util.List;

/**
 * Rules for clients, the same for all loops.
 *
 * @param paddedOnly      accept the padded transport only
 * @param silenceMillis   a connection without an accepted header is closed after a time between this ...
 * @param maxSilenceMillis ... and this, drawn for each, so that no clock gives us away
 * @param siteMillis      under -D: a client that has not sent a whole ClientHello goes to the site after so long
 * @param maxUnproven     connections of one loop without an accepted header; beyond it the oldest is closed
 * @param maxPacket       bytes of the longest packet that a client may send
 * @param maxOutput       bytes that may wait for one client: as C's, and no more than a quarter of all that a loop may hold
 * @param maxMemory       bytes that buffers of one loop may take; above it those who hold the most are closed
 * @param drainMillis     a client that is to be closed gets so long to take what waits for it
 * @param idleMillis      ciphers of a session that rests so long are dropped
 * @param balancers       connections from these networks begin with a PROXY header that names the client
 */
public record ClientSettings(boolean paddedOnly, int silenceMillis, int maxSilenceMillis, int siteMillis,
        int maxUnproven, int maxPacket, long maxOutput, long maxMemory, int drainMillis, int idleMillis,
        List<IpNetwork> balancers) {
    private static final int MAX_UNPROVEN = 4096;
    private static final long MAX_OUTPUT = 32 << 20;

    /** C's figures and, where C has none, those of the divergences. */
    public static ClientSettings defaults(boolean paddedOnly, int loops, long maxMemory) {
        return new ClientSettings(paddedOnly, 30_000, 90_000, 20, Math.max(1, MAX_UNPROVEN / loops),
                PacketHeader.MAX_PACKET, Math.min(MAX_OUTPUT, maxMemory / loops / 4), maxMemory / loops, 10_000,
                2_000, List.of());
    }

    /** The same with another bound of packets. */
    public ClientSettings maxPacket(int bytes) {
        return new ClientSettings(paddedOnly, silenceMillis, maxSilenceMillis, siteMillis, maxUnproven, bytes,
                maxOutput,
                maxMemory, drainMillis, idleMillis, balancers);
    }

    /** The same with other networks of balancers. */
    public ClientSettings balancers(List<IpNetwork> networks) {
        return new ClientSettings(paddedOnly, silenceMillis, maxSilenceMillis, siteMillis, maxUnproven, maxPacket,
                maxOutput, maxMemory, drainMillis, idleMillis, List.copyOf(networks));
    }

    /** Whether who comes from there has to tell for whom. */
    boolean balancer(byte[] address) {
        for (int i = 0; i < balancers.size(); i++) {
            if (balancers.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
