package io.mtproxy.tools.stability;

import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients announce packets beyond the limit: each is closed at the announcement, before anything is dialled, forwarded or set
 * aside for it, and the counters tell of each.
 */
final class OversizedTrial implements Trial {
    private static final List<Transport> TRANSPORTS = List.of(Transport.values());
    private static final int CLOSED_MILLIS = 10_000;
    /** What 60 or 600 announcements of up to 2 GiB may cost together. */
    private static final long MAX_GROWTH = 32 << 20;

    @Override
    public String name() {
        return "oversized packets";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException {
        ProxyStats before = stage.stats();
        long resident = stage.vitals().residentBytes();
        int clients = stage.plan().oversized();
        int closed = 0;
        for (int i = 0; i < clients; i++) {
            Transport transport = TRANSPORTS.get(i % TRANSPORTS.size());
            try (KnownClient client = new KnownClient(stage.proxy().address(), transport, stage.secret())) {
                client.send(announcement(transport, i));
                closed += client.closedWithin(CLOSED_MILLIS) ? 1 : 0;
            }
        }
        stage.awaitNoClients();
        ProxyStats after = stage.stats();
        List<Guard> guards = new ArrayList<>();
        guards.add(Guard.exactly("clients closed by the proxy", closed, clients));
        guards.add(difference("ingress_invalid_frames", before, after, clients));
        guards.add(difference("outbound_dials", before, after, 0));
        guards.add(difference("outbound_sends", before, after, 0));
        guards.add(difference("outbound_send_errors", before, after, clients));
        guards.add(difference("dataplane_packets_outbound_errors", before, after, clients));
        guards.add(Guard.atMost("growth of resident memory, bytes", stage.vitals().residentBytes() - resident,
                MAX_GROWTH));
        return guards;
    }

    private static Guard difference(String key, ProxyStats before, ProxyStats after, long expected) {
        return Guard.exactly("more " + key, after.number(key) - before.number(key), expected);
    }

    /** Lengths from just above the limit to the largest that the framing can say. */
    private static byte[] announcement(Transport transport, int number) {
        int length = switch (number / TRANSPORTS.size() % 3) {
            case 0 -> PacketHeader.MAX_PACKET + 4;
            case 1 -> 1 << 24;
            default -> 0x03ff_fffc;
        };
        byte[] b = new byte[PacketHeader.MAX_PREFIX];
        PacketHeader.encode(transport, length, false, b, b.length);
        return b;
    }
}
