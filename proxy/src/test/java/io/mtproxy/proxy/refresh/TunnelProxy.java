package io.mtproxy.proxy.refresh;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that knows CONNECT only. */
final class TunnelProxy implements AutoCloseable {
    private final ServerSocket server;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private TunnelProxy(ServerSocket server) {
        this.server = server;
    }

    static TunnelProxy start() throws IOException {
        TunnelProxy proxy = new TunnelProxy(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    /** First lines, in order. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> tunnel(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void tunnel(Socket client) {
        try (client) {
            String line = line(client.getInputStream());
            requests.add(line);
            while (!line(client.getInputStream()).isEmpty()) {
                // headers
            }
            String target = line.split(" ")[1];
            int colon = target.lastIndexOf(':');
            try (Socket to = new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Thread back = Thread.ofVirtual().start(() -> copy(to, client));
                copy(client, to);
                back.join();
            }
        } catch (IOException | InterruptedException e) {
            // its end is an end
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // its end is an end
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
