package io.mtproxy.tools.stability;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/**
 * What a proxy hides behind here: it hears everybody out, says nothing, and ends each connection after its patience, as web
 * servers do with those who do not ask for anything.
 */
public final class PatientSite implements Closeable {
    /** As nginx waits for a request. */
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int QUEUE = 4096;

    private final ServerSocket socket;

    private PatientSite(ServerSocket socket) {
        this.socket = socket;
    }

    /** On a free port of the loopback. */
    public static PatientSite start() throws IOException {
        PatientSite site = new PatientSite(new ServerSocket(0, QUEUE, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("site").start(site::accept);
        return site;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket visitor = socket.accept();
                Thread.ofVirtual().start(() -> hear(visitor));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void hear(Socket visitor) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (visitor) {
            InputStream in = visitor.getInputStream();
            byte[] ignored = new byte[64];
            int read = 0;
            for (long left = PATIENCE.toMillis(); read >= 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                visitor.setSoTimeout((int) left);
                read = in.read(ignored);
            }
        } catch (IOException e) {
            // it has left, or has been there for long enough
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
