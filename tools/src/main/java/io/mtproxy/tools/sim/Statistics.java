package io.mtproxy.tools.sim;

/**
 * What the simulator has seen, as one consistent-enough reading of running counters.
 *
 * @param linksNow links whose handshake is complete
 * @param linksTotal those that ever completed it
 * @param linksRefused connections that ended before the handshake was complete
 * @param linksBroken links that ended because the proxy broke a rule of the protocol
 * @param sessionsNow clients known
 * @param sessionsTotal clients ever seen
 * @param requests RPC_PROXY_REQ received
 * @param requestsUnencrypted those with the flag of an unencrypted packet
 * @param requestsAbridged those with the flag of abridged framing
 * @param requestsIntermediate those with the flag of intermediate framing, padded or not
 * @param requestsRejected those whose packet nobody could make sense of
 * @param answers RPC_PROXY_ANS sent
 * @param simpleAcks RPC_SIMPLE_ACK sent
 * @param closesByProxy RPC_CLOSE_CONN received
 * @param closesByTelegram RPC_CLOSE_EXT sent
 * @param pingsReceived RPC_PING received, each answered
 * @param pongsReceived RPC_PONG received
 * @param unknown other messages received
 * @param bytesIn bytes read from all links, as on the wire
 * @param bytesOut bytes written to all links, as on the wire
 * @param keysMade key exchanges of MTProto completed
 * @param queries encrypted queries of MTProto answered
 */
public record Statistics(long linksNow, long linksTotal, long linksRefused, long linksBroken, long sessionsNow,
        long sessionsTotal, long requests, long requestsUnencrypted, long requestsAbridged, long requestsIntermediate,
        long requestsRejected, long answers, long simpleAcks, long closesByProxy, long closesByTelegram,
        long pingsReceived, long pongsReceived, long unknown, long bytesIn, long bytesOut, long keysMade,
        long queries) {}
