package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** One of the two programs of a mirrored session, and its Telegram. One thread. */
record MirrorSide(Stage stage, ProgramRun run, LoadTarget target, Recorder recorder) implements AutoCloseable {

    /** What there was to compare. */
    static final class Tellings {
        private int atTelegram;
        private int atClient;

        void count(Seen seen) {
            atTelegram += seen.requests().size();
            atClient += seen.answers().size();
        }

        int atTelegram() {
            return atTelegram;
        }

        int atClient() {
            return atClient;
        }
    }

    /**
     * What was seen of a session.
     *
     * @param requests at Telegram
     * @param answers at the client; an acknowledgement is its four bytes
     * @param end why the session ended, nothing when it was complete
     */
    record Seen(List<byte[]> requests, List<byte[]> answers, String end) {

        /** Where another one differs. */
        Optional<String> difference(Seen other) {
            return difference("request", requests, other.requests)
                    .or(() -> difference("answer", answers, other.answers))
                    .or(() -> end.equals(other.end)
                            ? Optional.empty()
                            : Optional.of("reference ended with '" + end + "', candidate with '" + other.end + "'"));
        }

        private static Optional<String> difference(String what, List<byte[]> theirs, List<byte[]> ours) {
            for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
                int at = Arrays.mismatch(theirs.get(i), ours.get(i));
                if (at >= 0) {
                    return Optional.of(what + " " + i + " differs from byte " + at + " on (reference "
                            + theirs.get(i).length + " bytes, candidate " + ours.get(i).length + ")");
                }
            }
            return theirs.size() == ours.size()
                    ? Optional.empty()
                    : Optional.of(theirs.size() + " " + what + "s with the reference, " + ours.size()
                            + " with the candidate");
        }
    }

    /** Sends the script and reads until the answer to its last packet. */
    Seen play(MirrorScript script) {
        recorder.take();
        List<byte[]> answers = new ArrayList<>();
        String end = "";
        try (ClientConnection client = ClientConnection.open(
                target.transports(List.of(script.transport())).dcs(List.of(script.dc())).client(0),
                new SplittableRandom(script.number()))) {
            for (int i = 0; i < script.packets().size(); i++) {
                byte[] packet = script.packets().get(i);
                client.send(packet, packet.length, script.quickAck(i));
            }
            while (answers.isEmpty() || !MirrorScript.last(answers.getLast())) {
                answers.add(bytes(client.receive()));
            }
        } catch (IOException | ProtocolException e) {
            end = Reasons.of(e);
        }
        return new Seen(recorder.take(), answers, end);
    }

    private static byte[] bytes(Incoming incoming) {
        return switch (incoming) {
            case Incoming.Packet packet -> Arrays.copyOfRange(packet.b(), packet.off(), packet.off() + packet.length());
            case Incoming.Ack ack -> new byte[] {(byte) ack.confirm(), (byte) (ack.confirm() >> 8),
                    (byte) (ack.confirm() >> 16), (byte) (ack.confirm() >> 24)};
        };
    }

    void stop() throws InterruptedException {
        run.stop();
    }

    @Override
    public void close() {
        stage.close();
    }
}
