package io.mtproxy.tools.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One connection that speaks the load protocol from the client's side and checks every answer. Called by one thread; a
 * stream upwards has a second one.
 */
public final class LoadExchange implements Closeable {

    private final ClientConnection connection;
    private final SplittableRandom random;
    private long sequence;

    /** Connects. */
    public LoadExchange(ClientSettings settings, SplittableRandom random) throws IOException {
        this.random = random;
        this.connection = ClientConnection.open(settings, random);
    }

    /**
     * Sends {@code size} bytes and waits until they came back, and the acknowledgement, if one is asked for.
     *
     * @throws LoadFailure when something else came
     */
    public void echo(int size, boolean quickAck) throws IOException {
        byte[] data = new byte[size];
        StreamContent.fill(random.nextLong(), 0, data, 0, size);
        long asked = sequence++;
        byte[] packet = LoadMessage.data(LoadKind.ECHO, asked, size).packet(data);
        connection.send(packet, packet.length, quickAck);
        boolean answered = false;
        boolean acknowledged = !quickAck;
        while (!answered || !acknowledged) {
            switch (connection.receive()) {
                case Incoming.Packet answer -> {
                    expect(!answered, "an answer came twice");
                    checkEcho(answer, asked, data);
                    answered = true;
                }
                case Incoming.Ack ack -> {
                    expect(!acknowledged, "an acknowledgement that nobody asked for");
                    expect(ack.confirm() == LoadService.confirm(packet), "a wrong acknowledgement");
                    acknowledged = true;
                }
            }
        }
    }

    /**
     * Streams in both directions at the same time and compares what each side says of it.
     *
     * @param down bytes to receive; 0 for no such stream
     * @param up bytes to send; 0 for no such stream
     * @param work tells the sizes of packets and windows
     */
    public void streams(long down, long up, LoadWork work) throws IOException {
        Upload upload = new Upload(connection, random.nextLong(), up, work.chunk(), work.upWindow());
        Download download = new Download(random.nextLong(), down, work.downWindow());
        Thread uploader = Thread.ofVirtual().name("load upload").unstarted(upload);
        try {
            if (down > 0) {
                byte[] request = LoadMessage.down(down, download.seed(), work.chunk(), work.downWindow())
                        .packet(new byte[0]);
                connection.send(request, request.length, false);
            }
            if (up > 0) {
                uploader.start();
            }
            receive(download, upload);
        } finally {
            if (!upload.confirmed() || !download.complete()) {
                connection.close();
            }
            upload.end();
        }
    }

    private void receive(Download download, Upload upload) throws IOException {
        while (!download.complete() || !upload.confirmed()) {
            Incoming.Packet packet = packet(upload);
            LoadMessage message = LoadMessage.read(packet.b(), packet.off(), packet.length());
            int data = packet.off() + LoadMessage.HEAD;
            switch (message.kind()) {
                case DOWN_DATA -> {
                    if (download.accept(message, packet.b(), data)) {
                        tellSeen(download.received());
                    }
                }
                case DOWN_END -> download.end(message, packet.b(), data);
                case UP_SEEN -> upload.seen(message);
                case UP_DIGEST -> upload.confirm(message, packet.b(), data);
                default -> throw new LoadFailure(message.kind() + " in a stream");
            }
        }
    }

    /** By another thread: who reads must not wait for room to write, or everybody might. */
    private void tellSeen(long bytes) {
        byte[] report = LoadMessage.about(LoadKind.DOWN_SEEN, bytes, 0).packet(new byte[0]);
        Thread.ofVirtual().name("load report").start(() -> {
            try {
                connection.send(report, report.length, false);
            } catch (IOException e) {
                // the connection is gone: its reader meets the same end
                return;
            }
        });
    }

    /** Patience ends only when nothing moved in either direction. */
    private Incoming.Packet packet(Upload upload) throws IOException {
        while (true) {
            long before = upload.sent();
            try {
                if (connection.receive() instanceof Incoming.Packet packet) {
                    return packet;
                }
                throw new LoadFailure("an acknowledgement that nobody asked for");
            } catch (SocketTimeoutException e) {
                if (upload.sent() == before) {
                    throw e;
                }
            }
        }
    }

    private static void checkEcho(Incoming.Packet answer, long asked, byte[] data) throws LoadFailure {
        LoadMessage message = LoadMessage.read(answer.b(), answer.off(), answer.length());
        expect(message.kind() == LoadKind.ECHO_ANSWER, message.kind() + " as the answer of an echo");
        expect(message.sequence() == asked, "the answer of another request");
        int from = answer.off() + LoadMessage.HEAD;
        expect(Arrays.equals(answer.b(), from, from + message.dataLength(), data, 0, data.length),
                "an answer with other data");
    }

    static void expect(boolean condition, String otherwise) throws LoadFailure {
        if (!condition) {
            throw new LoadFailure(otherwise);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
