package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.LoadKind;
import io.mtproxy.tools.load.LoadMessage;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps asking. As a real one it always reads, so that it knows at once when it is cut off, and then connects
 * anew for its next request. Runs on a thread of its own, with a second one that reads.
 */
final class Visitor implements Runnable {

    private static final int SIZE = 256;

    /** One connection and the answers that come on it; the end of the connection is an answer, too. */
    private final class Session {
        private final ClientConnection connection;
        /** Why each one is wrong; nothing when it is right. */
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private volatile Question question = Question.NONE;
        private volatile boolean over;
        private volatile boolean given;

        Session(ClientConnection connection) {
            this.connection = connection;
        }

        void send(byte[] data) throws IOException {
            long asked = sequence++;
            byte[] packet = new LoadMessage(LoadKind.ECHO, asked, 0, 0, 0, 0, SIZE).packet(data);
            question = new Question(asked, data);
            connection.send(packet, packet.length, false);
        }

        void read() {
            String end;
            try {
                while (connection.receive() instanceof Incoming.Packet packet) {
                    String verdict = question.compare(packet);
                    question = Question.NONE; // what comes twice is the answer of no question
                    answers.add(verdict);
                }
                end = "an acknowledgement that nobody asked for";
            } catch (IOException | ProtocolException e) {
                end = Reasons.of(e);
            }
            over = true;
            if (!given) {
                timeline.brokeOff(number, end);
            }
            answers.add(end);
            close();
        }

        /** By the client, who does not miss it. */
        void giveUp() {
            given = true;
            close();
        }

        private void close() {
            try {
                connection.close();
            } catch (IOException e) {
                over = true;
            }
        }
    }

    /** What was asked last; its answer has the same number and data. */
    private record Question(long sequence, byte[] data) {

        private static final Question NONE = new Question(-1, new byte[0]);

        String compare(Incoming.Packet packet) {
            LoadMessage message = LoadMessage.read(packet.b(), packet.off(), packet.length());
            int from = packet.off() + LoadMessage.HEAD;
            if (message.sequence() != sequence) {
                return "the answer of another request";
            }
            return Arrays.equals(packet.b(), from, from + message.dataLength(), data, 0, data.length)
                    ? ""
                    : "an answer with other data";
        }
    }

    private final int number;
    private final ClientSettings settings;
    private final Duration patience;
    private final Timeline timeline;
    private final SplittableRandom random;
    private @Nullable Session session;
    private long sequence;

    /** The settings' patience bounds a silent connection, not the wait for an answer. */
    Visitor(int number, ClientSettings settings, Duration patience, Timeline timeline, SplittableRandom random) {
        this.patience = patience;
        this.number = number;
        this.settings = settings;
        this.timeline = timeline;
        this.random = random;
    }

    @Override
    public void run() {
        LockSupport.parkNanos(random.nextLong(DrillScale.PAUSE.toNanos()));
        while (!timeline.over()) {
            boolean answered = timeline.request(number, this::ask);
            LockSupport.parkNanos((answered ? DrillScale.PAUSE : DrillScale.RETRY).toNanos());
        }
        drop();
    }

    /** Asks once. @return why it failed, or nothing */
    private String ask() {
        try {
            Session connected = connected();
            byte[] data = new byte[SIZE];
            random.nextBytes(data);
            connected.send(data);
            String answer = connected.answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            String failure = answer == null ? Reasons.NO_ANSWER : answer;
            if (!failure.isEmpty()) {
                drop();
            }
            return failure;
        } catch (IOException e) {
            drop();
            return Reasons.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private Session connected() throws IOException {
        Session now = session;
        if (now == null || now.over) {
            now = new Session(ClientConnection.open(settings, random));
            session = now;
            Thread.ofVirtual().name("visitor reads").start(now::read);
        }
        return now;
    }

    private void drop() {
        Session now = session;
        if (now != null) {
            now.giveUp();
            session = null;
        }
    }
}
