package io.mtproxy.proxy.net;

import java.io.IOException;

/** What may happen to a dialled connection, told as a loop tells it: established once, and nothing behind its end. One thread. */
public final class SiteSide {
    private final Connection connection;
    private boolean connected;
    private boolean ended;

    /** @param connection of {@link StillLoop#takeDialed} */
    public SiteSide(Connection connection) {
        this.connection = connection;
    }

    /** The connection itself. */
    public Connection connection() {
        return connection;
    }

    /** Whether its owner has not closed it. */
    public boolean isOpen() {
        return connection.isOpen();
    }

    /** Whether it was established. */
    public boolean connected() {
        return connected;
    }

    /** It is established, if it was not. */
    public void connect() {
        if (!connected) {
            connected = true;
            connection.connected();
        }
    }

    /** Bytes come, unless FIN has come. */
    public void say(byte[] bytes) {
        if (connected && !ended) {
            byte[] b = new byte[EventLoop.HEADROOM + bytes.length];
            System.arraycopy(bytes, 0, b, EventLoop.HEADROOM, bytes.length);
            connection.data(b, EventLoop.HEADROOM, bytes.length);
        }
    }

    /** FIN comes, if it has not. */
    public void end() {
        if (connected && !ended) {
            ended = true;
            connection.halfClosed();
        }
    }

    /** It could not be established, or is lost. */
    public void fail(IOException cause) {
        connection.failed(cause);
        connected = false;
    }
}
