package io.mtproxy.tools.load;

import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.ProtocolException;
import java.util.zip.CRC32;

/** The answering side of the load protocol inside the simulated Telegram. One serves any number of sessions. */
public final class LoadService implements PacketService {

    /** How the simulator acknowledges this packet. */
    static int confirm(byte[] packet) {
        CRC32 crc = new CRC32();
        crc.update(packet);
        return (int) crc.getValue() | 0x8000_0000;
    }

    @Override
    public boolean packet(SimulatedSession session, byte[] packet) {
        if (!LoadMessage.recognised(packet, 0, packet.length)) {
            return false;
        }
        LoadMessage message = LoadMessage.read(packet, 0, packet.length);
        LoadConversation conversation = session.attachment(LoadConversation.class, () -> new LoadConversation(session));
        switch (message.kind()) {
            case ECHO -> conversation.echo(message, packet);
            case DOWN -> conversation.stream(message);
            case DOWN_SEEN -> conversation.seen(message);
            case UP_DATA -> conversation.received(message, packet);
            case UP_END -> conversation.report();
            default -> throw new ProtocolException(ProtocolException.Kind.MESSAGE, message.kind() + " from a client");
        }
        return true;
    }
}
