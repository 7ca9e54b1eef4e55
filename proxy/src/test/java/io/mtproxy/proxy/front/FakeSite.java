package io.mtproxy.proxy.front;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A site on a loopback port of its own whose answers are made by the test. */
final class FakeSite implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final Script script;

    /** What happens on a connection after its hello. When it returns, the site waits until the other side closes. */
    interface Script {
        void answer(byte[] hello, int connection, Socket socket) throws IOException;
    }

    private FakeSite(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
    }

    static FakeSite start(Script script) {
        try {
            FakeSite site = new FakeSite(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), script);
            Thread.ofVirtual().start(site::accept);
            return site;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers every hello with these encrypted records. */
    static FakeSite with(int... encrypted) {
        return start((hello, connection, socket) -> socket.getOutputStream()
                .write(ServerBytes.flightFor(hello, encrypted)));
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] header = in.readNBytes(5);
            byte[] hello = ServerBytes.join(header, in.readNBytes((header[3] & 255) << 8 | header[4] & 255));
            script.answer(hello, number, socket);
            if (!socket.isClosed()) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            // the other side is gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
