package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.os.UnixSocket;
import java.io.IOException;

/** The far end of a connection whose near end is given to a loop. Nothing here waits. One thread. */
final class MadeUpSocket implements AutoCloseable {
    private final SocketCalls calls;
    private final UnixSocket near;
    private final UnixSocket far;
    private boolean adopted;

    /** @param calls the thread's own */
    MadeUpSocket(SocketCalls calls) throws IOException {
        this.calls = calls;
        UnixSocket[] ends = UnixSocket.streams();
        near = ends[0];
        far = ends[1];
    }

    /** The near end's. */
    int near() {
        return near.descriptor();
    }

    /** The near end is a loop's to close from now on. */
    void adopted() {
        adopted = true;
    }

    /** What does not fit is lost. */
    void send(byte[] b, int length) {
        calls.send(far.descriptor(), b, 0, length);
    }

    /** Throws away what came. */
    void drain(byte[] scratch) {
        int got;
        do {
            got = calls.recv(far.descriptor(), scratch, 0, scratch.length);
        } while (got > 0);
    }

    @Override
    public void close() {
        far.close();
        if (!adopted) {
            near.close();
        }
    }
}
