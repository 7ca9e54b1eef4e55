package io.mtproxy.tools.it;

import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.SplittableRandom;

/** A client with a right header that sends whatever it likes behind it. */
final class RawClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final ObfuscatedHeader.Created header;

    RawClient(InetSocketAddress proxy, Transport transport, byte[] secret) throws IOException {
        socket.connect(proxy);
        header = ObfuscatedHeader.create(transport, 2, secret, new SplittableRandom());
        socket.getOutputStream().write(header.bytes());
    }

    void send(byte[] plain) throws IOException {
        byte[] cipher = new byte[plain.length];
        header.toProxy().apply(plain, 0, plain.length, cipher, 0);
        socket.getOutputStream().write(cipher);
    }

    /** Sends FIN. */
    void finish() throws IOException {
        socket.shutdownOutput();
    }

    /** Whether the proxy closes within that time; bytes that it sends before are passed over. */
    boolean closedByProxy(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        byte[] ignored = new byte[4096];
        while (true) {
            int left = (int) ((deadline - System.nanoTime()) / 1_000_000);
            if (left <= 0) {
                return false;
            }
            socket.setSoTimeout(left);
            try {
                if (socket.getInputStream().read(ignored) < 0) {
                    return true;
                }
            } catch (SocketTimeoutException e) {
                return false;
            } catch (IOException e) { // reset
                return true;
            }
        }
    }

    /** Whether the other side has closed; waits as long as the socket's patience, and what has come is passed over. */
    static boolean isClosed(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) { // reset
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
