package io.mtproxy.tools.sim;

import java.io.IOException;

/**
 * Handles packets that are not MTProto of a real client, for example those of a load generator. Called on the link's reader
 * thread, for one packet of a link at a time, for several links at once; must not block long: streams of answers run on a
 * (virtual) thread of their own.
 */
@FunctionalInterface
public interface PacketService {
    /** Handles nothing: all packets are MTProto. */
    PacketService NONE = (session, packet) -> false;

    /**
     * Looks at one packet as the proxy forwarded it.
     *
     * @param packet its own copy, free to be kept
     * @return true when it was handled; a quick acknowledgement, if wanted, is then sent by the caller
     * @throws IOException closes this client (CLOSE_EXT)
     */
    boolean packet(SimulatedSession session, byte[] packet) throws IOException;
}
