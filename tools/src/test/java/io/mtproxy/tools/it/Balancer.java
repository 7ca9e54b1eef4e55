package io.mtproxy.tools.it;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands in front of a proxy: each connection that it passes on comes from 127.0.0.2 and begins with the same bytes. */
final class Balancer implements AutoCloseable {
    static final String ADDRESS = "127.0.0.2";

    private final ServerSocket listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final InetSocketAddress proxy;
    private final byte[] header;

    Balancer(InetSocketAddress proxy, byte[] header) throws IOException {
        this.proxy = proxy;
        this.header = header.clone();
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** A connection to the proxy without any header. */
    static Socket connect(InetSocketAddress proxy) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(ADDRESS), 0));
        socket.connect(proxy);
        return socket;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> pass(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void pass(Socket client) {
        try (client; Socket to = connect(proxy)) {
            OutputStream out = to.getOutputStream();
            for (byte b : header) { // in as many pieces as the kernel leaves
                out.write(b);
            }
            Pump.between(client, to);
        } catch (IOException e) {
            // either has gone
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
