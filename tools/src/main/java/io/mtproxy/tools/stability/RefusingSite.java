package io.mtproxy.tools.stability;

import io.mtproxy.wire.faketls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A site that refuses every hello with an alert and closes: so cheap that a proxy in front of it is what limits a flood. A
 * thread for each connection.
 */
final class RefusingSite implements AutoCloseable {
    /** handshake_failure, fatal. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};
    private static final int BACKLOG = 4096;
    private static final int LONGEST = 16 << 10;

    private final ServerSocket listening;

    private RefusingSite(ServerSocket listening) {
        this.listening = listening;
    }

    static RefusingSite start() throws IOException {
        RefusingSite site = new RefusingSite(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("site").start(site::serve);
        return site;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** What it says to everybody. */
    static byte[] answer() {
        return ALERT.clone();
    }

    private void serve() {
        while (!listening.isClosed()) {
            try {
                Socket visitor = listening.accept();
                Thread.ofVirtual().start(() -> refuse(visitor));
            } catch (IOException e) {
                // closed, or the visitor has gone again
            }
        }
    }

    /** Takes the whole hello: bytes that nobody has read would turn the end into a reset. */
    private static void refuse(Socket visitor) {
        try (visitor) {
            byte[] hello = new byte[LONGEST];
            int have = 0;
            while (have < Tls.HEADER || have < Tls.HEADER + Tls.uint16(hello, 3)) {
                int read = visitor.getInputStream().read(hello, have, hello.length - have);
                if (read <= 0) {
                    return;
                }
                have += read;
            }
            visitor.getOutputStream().write(ALERT);
        } catch (IOException e) {
            // the visitor has gone
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
