package io.mtproxy.tools.it;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;

/** Answers load; who asks for a flood gets as many answers as it wants. */
record Floods(PacketService load) implements PacketService {
    private static final int CHUNK = 128 << 10;
    /** Between two chunks: the link has room for the others. */
    private static final int PAUSE_MILLIS = 30;
    /** The first bytes of a packet that asks for a flood. */
    private static final long FLOOD = 0x0f100d;

    /** Asks for so many answers. */
    static void ask(ClientConnection client, int chunks) throws IOException {
        byte[] packet = new byte[64];
        Bytes.putInt64(packet, 0, FLOOD);
        Bytes.putInt32(packet, 8, chunks);
        client.send(packet, packet.length, false);
    }

    @Override
    public boolean packet(SimulatedSession session, byte[] packet) throws IOException {
        if (Bytes.int64(packet, 0) != FLOOD) {
            return load.packet(session, packet);
        }
        int chunks = Bytes.int32(packet, 8);
        Thread.ofVirtual().start(() -> {
            for (int i = 0; i < chunks && !session.closed(); i++) {
                session.answer(new byte[CHUNK]);
                pause();
            }
        });
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
