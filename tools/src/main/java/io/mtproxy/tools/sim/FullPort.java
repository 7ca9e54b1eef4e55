package io.mtproxy.tools.sim;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port whose queue of connections nobody takes from is full: Linux then drops what else wants to connect, so that it
 * hangs, as behind a firewall that says nothing.
 */
final class FullPort implements Closeable {
    private static final int PATIENCE_MILLIS = 200;
    private static final int MOST = 64;

    private final ServerSocket server = new ServerSocket();
    private final List<Socket> queued = new ArrayList<>();

    private FullPort() throws IOException {}

    static FullPort at(InetSocketAddress address) throws IOException {
        FullPort port = new FullPort();
        try {
            port.server.bind(address, 1);
            port.fill(address);
            return port;
        } catch (IOException e) {
            port.close();
            throw e;
        }
    }

    private void fill(InetSocketAddress address) throws IOException {
        while (queued.size() < MOST) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(address, PATIENCE_MILLIS);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new IOException("still takes connections after " + MOST);
    }

    @Override
    public void close() {
        for (Socket socket : queued) {
            quietly(socket);
        }
        quietly(server);
    }

    private static void quietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is gone in any case
        }
    }
}
