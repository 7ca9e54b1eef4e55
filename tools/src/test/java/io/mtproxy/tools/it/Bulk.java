package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** Sends as many numbered packets as a client asks for, as fast as it takes them, and counts those that come from clients. */
final class Bulk implements PacketService {
    static final int PACKET = 128 << 10;

    private static final long ASK = 0x0b171c;
    private static final int REQUEST = 64;

    private final LongAdder received = new LongAdder();
    /** What follows the last packet. */
    private final Ending ending;

    @FunctionalInterface
    interface Ending {
        void end(SimulatedSession session);
    }

    Bulk() {
        this(session -> {});
    }

    Bulk(Ending ending) {
        this.ending = ending;
    }

    static void ask(ClientConnection client, int packets) throws IOException {
        byte[] request = new byte[REQUEST];
        Bytes.putInt64(request, 0, ASK);
        Bytes.putInt32(request, 8, packets);
        client.send(request, REQUEST, false);
    }

    /** Reads what was asked for, and checks that nothing is missing. */
    static void readAll(ClientConnection client, int packets) throws IOException {
        for (int i = 0; i < packets; i++) {
            Incoming.Packet packet = (Incoming.Packet) client.receive();
            assertThat(packet.length()).isEqualTo(PACKET);
            assertThat(Bytes.int32(packet.b(), packet.off())).isEqualTo(i);
            assertThat(Bytes.int32(packet.b(), packet.off() + PACKET - 4)).isEqualTo(i);
        }
    }

    /** Packets of clients, questions left out. */
    long received() {
        return received.sum();
    }

    @Override
    public boolean packet(SimulatedSession session, byte[] packet) {
        if (Bytes.int64(packet, 0) != ASK) {
            received.increment();
            return true;
        }
        int packets = Bytes.int32(packet, 8);
        Thread.ofVirtual().name("bulk").start(() -> {
            for (int i = 0; i < packets && !session.closed(); i++) {
                byte[] answer = new byte[PACKET];
                Bytes.putInt32(answer, 0, i);
                Bytes.putInt32(answer, PACKET - 4, i);
                session.answer(answer);
            }
            ending.end(session);
        });
        return true;
    }
}
