package io.mtproxy.tools.sim;

import io.mtproxy.tools.sim.mtproto.MtprotoConnection;
import io.mtproxy.tools.sim.mtproto.MtprotoServer;
import io.mtproxy.wire.rpc.ProxyRequest;

/** Real MTProto behind the sessions of all links. */
final class MtprotoService {
    private final MtprotoServer server;

    MtprotoService(MtprotoServer server) {
        this.server = server;
    }

    /** Answers one packet. ProtocolException when it is no MTProto. */
    void packet(SimulatedSession session, byte[] packet) {
        MtprotoConnection connection = session.attachment(MtprotoConnection.class, server::connect);
        MtprotoConnection.Outcome outcome = connection.receive(packet);
        if ((session.flags() & ProxyRequest.FLAG_QUICK_ACK) != 0 && outcome.confirm() != 0) {
            session.simpleAck(outcome.confirm());
        }
        outcome.packets().forEach(session::answer);
        if (outcome.close()) {
            session.closeExt();
        }
    }
}
