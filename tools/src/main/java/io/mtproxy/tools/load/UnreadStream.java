package io.mtproxy.tools.load;

import java.io.Closeable;
import java.io.IOException;
import java.util.SplittableRandom;

/** A client that asks Telegram for a stream and reads nothing of it. */
public final class UnreadStream implements Closeable {

    private final ClientConnection connection;

    /**
     * Connects and asks.
     *
     * @param bytes length of the stream, all of which Telegram sends at once
     */
    public UnreadStream(ClientSettings settings, long bytes) throws IOException {
        connection = ClientConnection.open(settings, new SplittableRandom());
        byte[] request = LoadMessage.down(bytes, 1, LoadWork.CHUNK, 0).packet(new byte[0]);
        connection.send(request, request.length, false);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
