package io.mtproxy.tools.stability;

import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.SplittableRandom;

/** A client that knows the secret and sends what it likes behind a good header. One thread. */
final class KnownClient implements Closeable {
    private final Socket socket = new Socket();
    private final ObfuscatedHeader.Created header;

    KnownClient(InetSocketAddress proxy, Transport transport, byte[] secret) throws IOException {
        header = ObfuscatedHeader.create(transport, 2, secret, new SplittableRandom());
        try {
            socket.connect(proxy);
            socket.getOutputStream().write(header.bytes());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends bytes of the stream: prefixes and packets. */
    void send(byte[] plain) throws IOException {
        byte[] cipher = new byte[plain.length];
        header.toProxy().apply(plain, 0, plain.length, cipher, 0);
        socket.getOutputStream().write(cipher);
    }

    /** Whether the proxy closes within that time; what it sends before is passed over. */
    boolean closedWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        byte[] ignored = new byte[1024];
        try {
            int read = 0;
            while (read >= 0) {
                read = socket.getInputStream().read(ignored);
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    /** Ends with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
