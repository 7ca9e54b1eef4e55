package io.mtproxy.tools.load;

import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.ProtocolException;

/**
 * What the answering side knows of one client. Called by the link's reader thread, which may answer itself: a load client
 * never stops reading, so such an answer does not wait for ever.
 */
final class LoadConversation {

    private final SimulatedSession session;
    private final StreamDigest upload = new StreamDigest();
    /** Of the stream that goes down now. */
    private StreamWindow download = new StreamWindow(0);

    LoadConversation(SimulatedSession session) {
        this.session = session;
    }

    void echo(LoadMessage message, byte[] packet) {
        byte[] answer = packet.clone();
        LoadMessage.data(LoadKind.ECHO_ANSWER, message.sequence(), message.dataLength()).write(answer, 0);
        session.answer(answer);
    }

    /** Sends as fast as the window and the link allow, from a thread of its own. */
    void stream(LoadMessage request) {
        if (request.chunk() <= 0 || request.chunk() > LoadMessage.MAX_DATA || (request.chunk() & 7) != 0) {
            throw new ProtocolException(ProtocolException.Kind.MESSAGE, "stream in chunks of " + request.chunk());
        }
        StreamWindow window = new StreamWindow(request.window());
        download = window;
        Thread.ofVirtual().name("load stream").start(() -> write(request, window));
    }

    void seen(LoadMessage message) {
        download.seen(message.total());
    }

    void received(LoadMessage message, byte[] packet) {
        long before = upload.bytes();
        upload.add(message.sequence(), packet, LoadMessage.HEAD, message.dataLength());
        if (StreamWindow.due(message.window(), before, upload.bytes())) {
            session.answer(LoadMessage.about(LoadKind.UP_SEEN, upload.bytes(), 0).packet(new byte[0]));
        }
    }

    void report() {
        StreamDigest.Result result = upload.finish();
        byte[] digest = result.sha256();
        session.answer(LoadMessage.about(LoadKind.UP_DIGEST, result.bytes(), digest.length).packet(digest));
    }

    private void write(LoadMessage request, StreamWindow window) {
        StreamDigest sent = new StreamDigest();
        long position = 0;
        for (long sequence = 0; position < request.total() && !session.closed(); sequence++) {
            int length = (int) Math.min(request.chunk(), request.total() - position);
            LoadMessage head = LoadMessage.data(LoadKind.DOWN_DATA, sequence, length);
            byte[] packet = new byte[head.packetLength()];
            StreamContent.fill(request.seed(), position, packet, LoadMessage.HEAD, length);
            head.write(packet, 0);
            sent.add(sequence, packet, LoadMessage.HEAD, length);
            position += length;
            window.await(position, session::closed);
            session.answer(packet);
        }
        byte[] digest = sent.finish().sha256();
        session.answer(LoadMessage.about(LoadKind.DOWN_END, position, digest.length).packet(digest));
    }
}
