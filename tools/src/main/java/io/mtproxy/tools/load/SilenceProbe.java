package io.mtproxy.tools.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A connection that deserves no answer: says something, and listens.
 *
 * @param answered bytes that came back
 * @param closed whether the other side ended the connection
 */
public record SilenceProbe(int answered, boolean closed) {

    private static final int CONNECT_MILLIS = 5_000;

    /** Connects, sends, and listens for as long as said or until the other side ends the connection. */
    public static SilenceProbe send(InetSocketAddress proxy, byte[] bytes, Duration listen) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(proxy, CONNECT_MILLIS);
            socket.getOutputStream().write(bytes);
            return listen(socket, System.nanoTime() + listen.toNanos());
        }
    }

    private static SilenceProbe listen(Socket socket, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] b = new byte[512];
        int answered = 0;
        try {
            long left = deadline - System.nanoTime();
            while (left > 0) {
                socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
                int read = in.read(b);
                if (read < 0) {
                    return new SilenceProbe(answered, true);
                }
                answered += read;
                left = deadline - System.nanoTime();
            }
            return new SilenceProbe(answered, false);
        } catch (SocketTimeoutException e) {
            return new SilenceProbe(answered, false);
        } catch (SocketException e) {
            return new SilenceProbe(answered, true);
        }
    }
}
