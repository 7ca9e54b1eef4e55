package io.mtproxy.tools.sim;

import io.mtproxy.tools.sim.mtproto.MtprotoConnection;
import io.mtproxy.tools.sim.mtproto.MtprotoListener;
import io.mtproxy.tools.sim.mtproto.MtprotoServer;
import io.mtproxy.tools.sim.mtproto.ServerKey;
import io.mtproxy.wire.rpc.ProxyRequest;
import java.io.IOException;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind all clients of one simulated Telegram, whichever way they come: a service that is asked first, and
 * real MTProto with an RSA key of its own. Any thread.
 */
final class Answers {
    private final PacketService service;
    private final @Nullable KeyPair given;
    private final MtprotoServer mtproto;
    private @Nullable ServerKey key;

    /** @param rsa 2048 bits; null makes one when it is first needed */
    Answers(PacketService service, @Nullable KeyPair rsa, MtprotoListener listener) {
        this.service = service;
        given = rsa;
        mtproto = new MtprotoServer(this::key, InstantSource.system(), listener);
    }

    synchronized ServerKey key() {
        ServerKey known = key;
        if (known == null) {
            known = given == null ? ServerKey.generate() : new ServerKey(given);
            key = known;
        }
        return known;
    }

    /**
     * Answers one packet.
     *
     * @throws IOException or {@link io.mtproxy.wire.ProtocolException}, when nobody can make sense of it
     */
    void packet(SimulatedSession session, byte[] packet) throws IOException {
        if (!service.packet(session, packet)) {
            mtproto(session, packet);
        } else if (wantsQuickAck(session)) {
            CRC32 confirm = new CRC32();
            confirm.update(packet);
            session.simpleAck((int) confirm.getValue() | 0x8000_0000);
        }
    }

    private void mtproto(SimulatedSession session, byte[] packet) {
        MtprotoConnection connection = session.attachment(MtprotoConnection.class, mtproto::connect);
        MtprotoConnection.Outcome outcome = connection.receive(packet);
        if (wantsQuickAck(session) && outcome.confirm() != 0) {
            session.simpleAck(outcome.confirm());
        }
        outcome.packets().forEach(session::answer);
        if (outcome.close()) {
            session.closeExt();
        }
    }

    private static boolean wantsQuickAck(SimulatedSession session) {
        return (session.flags() & ProxyRequest.FLAG_QUICK_ACK) != 0;
    }
}
