package io.mtproxy.tools.load;

import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.FakeTlsStreams;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.random.RandomGenerator;

/**
 * A client's connection through the proxy: the obfuscated stream with the framing of one transport, perhaps inside fake
 * TLS, on a blocking socket. One thread reads; any may write or {@link #close}.
 */
public final class ClientConnection implements Closeable {

    private final Socket socket;
    private final InputStream in;
    private final PacketWriter writer;
    private final PacketReader reader;

    private ClientConnection(Socket socket, InputStream in, PacketWriter writer, PacketReader reader) {
        this.socket = socket;
        this.in = in;
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * Connects, and waits for the proxy's answer to the hello, if there is one. The header travels with the first packet, as
     * that of most clients does.
     *
     * @param random makes the header and the padding
     * @throws io.mtproxy.wire.ProtocolException when the answer to the hello is wrong
     */
    public static ClientConnection open(ClientSettings settings, RandomGenerator random) throws IOException {
        Socket socket = new Socket();
        try {
            int patience = Math.toIntExact(settings.patience().toMillis());
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (settings.source() != null) {
                socket.bind(new InetSocketAddress(settings.source(), 0));
            }
            socket.connect(settings.proxy(), patience);
            socket.setSoTimeout(patience);
            Transport transport = settings.transport();
            var created = ObfuscatedHeader.create(transport, settings.dc(), settings.secret(), random);
            FakeTlsStreams streams = streams(settings, socket);
            return new ClientConnection(socket, streams.in(),
                    new PacketWriter(transport, created.toProxy(), created.bytes(), streams.out(), random),
                    new PacketReader(transport, created.fromProxy()));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static FakeTlsStreams streams(ClientSettings settings, Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        FakeTls tls = settings.tls();
        byte[] secret = settings.secret();
        return tls == null || secret == null
                ? new FakeTlsStreams(in, out)
                : FakeTlsStreams.shake(tls, secret, in, out);
    }

    /** Sends one packet; blocks while the socket is full. The length is a multiple of 4. Any thread. */
    public synchronized void send(byte[] packet, int length, boolean quickAck) throws IOException {
        writer.write(packet, length, quickAck);
    }

    /**
     * The next packet or acknowledgement.
     *
     * @throws EOFException when the proxy closed the connection
     * @throws java.net.SocketTimeoutException when nothing came for as long as the client is patient
     */
    public Incoming receive() throws IOException {
        Incoming incoming = reader.next();
        while (incoming == null) {
            if (!reader.fill(in)) {
                throw new EOFException("closed by the proxy");
            }
            incoming = reader.next();
        }
        return incoming;
    }

    /** Says that nothing more comes from here; reading goes on. */
    public void finish() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
