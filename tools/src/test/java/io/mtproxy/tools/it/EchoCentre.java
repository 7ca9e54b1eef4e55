package io.mtproxy.tools.it;

import io.mtproxy.wire.obfuscated.HeaderAcceptor;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** A data centre that is reached directly, and says back what it hears. */
final class EchoCentre implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final AtomicInteger clients = new AtomicInteger();

    EchoCentre() throws IOException {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket client = listening.accept();
                    clients.incrementAndGet();
                    Thread.ofVirtual().start(() -> echo(client));
                } catch (IOException e) {
                    // closed
                }
            }
        });
    }

    /** For {@code --dc-override}. */
    String override() {
        return "2:127.0.0.1:" + listening.getLocalPort();
    }

    /** Connections so far. */
    int clients() {
        return clients.get();
    }

    private static void echo(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] header = in.readNBytes(ObfuscatedHeader.LENGTH);
            ObfuscatedHeader.Accepted client = Objects
                    .requireNonNull(new HeaderAcceptor().accept(header, 0, List.of()));
            byte[] cipher = new byte[16384];
            byte[] plain = new byte[16384];
            for (int n = in.read(cipher); n >= 0; n = in.read(cipher)) {
                client.fromClient().apply(cipher, 0, n, plain, 0);
                client.toClient().apply(plain, 0, n, cipher, 0);
                socket.getOutputStream().write(cipher, 0, n);
            }
        } catch (IOException e) {
            // it has gone
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
