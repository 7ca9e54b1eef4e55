package io.mtproxy.tools.sim;

/**
 * What a simulated data centre has seen, as one consistent-enough reading of running counters.
 *
 * @param connectionsNow those that are open
 * @param connectionsTotal those that ever came
 * @param headersRefused those whose first 64 bytes were no header, or one that is taken for another protocol
 * @param packets of clients received
 * @param packetsUnencrypted those without an auth key: of a key exchange
 * @param packetsRejected those that nobody could make sense of
 * @param answers sent
 * @param simpleAcks quick acknowledgements sent
 * @param closedByProxy connections whose end the proxy sent first
 * @param bytesIn bytes of packets read, with their framing
 * @param bytesOut bytes of packets and acknowledgements sent, with their framing
 * @param keysMade key exchanges of MTProto completed; 0 beside a {@link SimulatedTelegram}, which counts them
 * @param queries encrypted queries of MTProto answered; counted as keys are
 */
public record DirectStatistics(long connectionsNow, long connectionsTotal, long headersRefused, long packets,
        long packetsUnencrypted, long packetsRejected, long answers, long simpleAcks, long closedByProxy, long bytesIn,
        long bytesOut, long keysMade, long queries) {}
