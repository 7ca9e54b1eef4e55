package io.mtproxy.tools.stability;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What a proxy hides behind in a trial: a port of the loopback where everybody is received by a virtual thread of their own. */
public final class LoopbackSite implements AutoCloseable {
    private static final int BACKLOG = 4096;

    /** What is done with a visitor. */
    @FunctionalInterface
    public interface Reception {
        /** Speaks with one visitor, who is sent away at the end. An error is theirs: they have gone, say. */
        void receive(Socket visitor) throws IOException;
    }

    private final ServerSocket listening;
    private final Reception reception;

    private LoopbackSite(ServerSocket listening, Reception reception) {
        this.listening = listening;
        this.reception = reception;
    }

    /** Listens on a free port from now on. */
    public static LoopbackSite start(Reception reception) throws IOException {
        LoopbackSite site = new LoopbackSite(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()),
                reception);
        Thread.ofVirtual().name("site").start(site::accept);
        return site;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket visitor = listening.accept();
                Thread.ofVirtual().start(() -> receive(visitor));
            } catch (IOException e) {
                // closed, or the visitor has gone again
            }
        }
    }

    private void receive(Socket visitor) {
        try (visitor) {
            reception.receive(visitor);
        } catch (IOException e) {
            // the visitor has gone
        }
    }

    /** Nobody can come any more; who is there is still received. */
    @Override
    public void close() throws IOException {
        listening.close();
    }
}
