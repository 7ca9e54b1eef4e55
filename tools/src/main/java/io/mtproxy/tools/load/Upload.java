package io.mtproxy.tools.load;

import java.io.IOException;
import java.util.Arrays;

/**
 * A stream from client to Telegram: written as fast as the socket takes it, by a thread of its own; the reader of the
 * connection hears how it arrived.
 */
final class Upload implements Runnable {

    private final ClientConnection connection;
    private final long seed;
    private final long total;
    private final int chunk;
    private final int windowBytes;
    private final StreamWindow window;
    /** Written by the uploading thread before the end of the stream goes out, read after the answer to it. */
    private volatile byte[] sha256 = new byte[0];
    private volatile long sent;
    private volatile boolean ended;
    private boolean confirmed;

    Upload(ClientConnection connection, long seed, long total, int chunk, int windowBytes) {
        this.connection = connection;
        this.seed = seed;
        this.total = total;
        this.chunk = chunk;
        this.windowBytes = windowBytes;
        this.window = new StreamWindow(windowBytes);
        this.confirmed = total == 0;
    }

    /** Bytes of data that were written so far; any thread. */
    long sent() {
        return sent;
    }

    /** Did all of it arrive? */
    boolean confirmed() {
        return confirmed;
    }

    @Override
    public void run() {
        try {
            write();
        } catch (IOException e) {
            // the connection is gone: its reader meets the same end and tells the reason
            return;
        }
    }

    private void write() throws IOException {
        StreamDigest digest = new StreamDigest();
        byte[] packet = new byte[LoadMessage.upData(0, windowBytes, chunk).packetLength()];
        long position = 0;
        for (long sequence = 0; position < total; sequence++) {
            int length = (int) Math.min(chunk, total - position);
            StreamContent.fill(seed, position, packet, LoadMessage.HEAD, length);
            digest.add(sequence, packet, LoadMessage.HEAD, length);
            int packetLength = LoadMessage.upData(sequence, windowBytes, length).write(packet, 0);
            position += length;
            window.await(position, () -> ended);
            connection.send(packet, packetLength, false);
            sent = position;
        }
        sha256 = digest.finish().sha256();
        byte[] end = LoadMessage.about(LoadKind.UP_END, total, 0).packet(new byte[0]);
        connection.send(end, end.length, false);
    }

    /** So much arrived. */
    void seen(LoadMessage message) {
        window.seen(message.total());
    }

    /** The connection is over; nobody waits any more. */
    void end() {
        ended = true;
    }

    /** What Telegram says of the stream. */
    void confirm(LoadMessage report, byte[] b, int off) throws LoadFailure {
        LoadExchange.expect(report.total() == total,
                "an upload of other length arrived");
        LoadExchange.expect(Arrays.equals(b, off, off + report.dataLength(), sha256, 0, sha256.length),
                "SHA-256 of an upload differs");
        confirmed = true;
    }
}
