package io.mtproxy.tools.it;

import java.io.IOException;
import java.net.Socket;

/** Passes bytes on between two sockets, and the end of either direction. */
final class Pump {
    private Pump() {}

    /** Returns when both directions have ended; closes both. */
    static void between(Socket one, Socket other) throws IOException {
        try (one; other) {
            Thread back = Thread.ofVirtual().start(() -> oneWay(other, one));
            oneWay(one, other);
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void oneWay(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // then it is closed
        }
    }
}
