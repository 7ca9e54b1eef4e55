package io.mtproxy.tools.load;

import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.tools.tls.FakeTlsStreams;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Proxy and Telegram in one: hands the packets of real client connections to a service, without a network of links. */
public final class LoopProxy implements AutoCloseable {

    public static final byte[] SECRET = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final ServerSocket listener;
    private final Thread acceptor;
    private final PacketService service;
    private final UnaryOperator<byte[]> answers;
    private final Handshake handshake;

    /** What comes before the header. */
    @FunctionalInterface
    interface Handshake {
        FakeTlsStreams accept(InputStream in, OutputStream out) throws IOException;
    }

    /** @param answers what becomes of each answer on its way; an empty one is lost */
    public LoopProxy(PacketService service, UnaryOperator<byte[]> answers) throws IOException {
        this(service, answers, FakeTlsStreams::new);
    }

    LoopProxy(PacketService service, UnaryOperator<byte[]> answers, Handshake handshake) throws IOException {
        this.handshake = handshake;
        this.service = service;
        this.answers = answers;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.acceptor = Thread.ofVirtual().start(this::accept);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join(); // until then the kernel still accepts
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            FakeTlsStreams streams = handshake.accept(socket.getInputStream(), socket.getOutputStream());
            InputStream in = streams.in();
            byte[] header = in.readNBytes(ObfuscatedHeader.LENGTH);
            var accepted = header.length < ObfuscatedHeader.LENGTH
                    ? null
                    : ObfuscatedHeader.accept(header, 0, List.of(SECRET));
            if (accepted != null) {
                new Session(socket, streams.out(), accepted).run(in);
            }
        } catch (IOException e) {
            // the client left
        }
    }

    private final class Session implements SimulatedSession {

        private final Socket socket;
        private final ObfuscatedHeader.Accepted client;
        private final OutputStream out;
        private final SplittableRandom random = new SplittableRandom(1);
        private Object attachment;

        Session(Socket socket, OutputStream out, ObfuscatedHeader.Accepted client) {
            this.socket = socket;
            this.client = client;
            this.out = out;
        }

        void run(InputStream in) throws IOException {
            PacketHeader header = new PacketHeader();
            byte[] plain = new byte[2 * PacketHeader.MAX_PACKET];
            byte[] encrypted = new byte[PacketHeader.MAX_PACKET];
            int end = 0;
            for (int read = in.read(encrypted); read > 0; read = in.read(encrypted)) {
                client.fromClient().apply(encrypted, 0, read, plain, end);
                end += read;
                while (header.decode(client.transport(), plain, 0, end)
                        && header.prefixLength() + header.bodyLength() <= end) {
                    int from = header.prefixLength();
                    byte[] packet = Arrays.copyOfRange(plain, from, from + header.payloadLength());
                    if (header.quickAck()) {
                        simpleAck(LoadService.confirm(packet));
                    }
                    service.packet(this, packet);
                    int whole = from + header.bodyLength();
                    System.arraycopy(plain, whole, plain, 0, end - whole);
                    end -= whole;
                }
            }
        }

        @Override
        public byte[] head() {
            throw new UnsupportedOperationException("there is no middle proxy in between");
        }

        @Override
        public synchronized void answer(byte[] data) {
            byte[] sent = answers.apply(data.clone());
            if (sent.length > 0) {
                Transport transport = client.transport();
                int padding = PacketHeader.padding(transport, random);
                byte[] plain = new byte[PacketHeader.MAX_PREFIX + sent.length + padding];
                System.arraycopy(sent, 0, plain, PacketHeader.MAX_PREFIX, sent.length);
                int prefix = PacketHeader.encode(transport, sent.length + padding, false, plain,
                        PacketHeader.MAX_PREFIX);
                write(plain, PacketHeader.MAX_PREFIX - prefix, prefix + sent.length + padding);
            }
        }

        @Override
        public synchronized void simpleAck(int confirm) {
            byte[] plain = new byte[4];
            write(plain, 0, PacketHeader.encodeAck(client.transport(), confirm, plain, 0));
        }

        private void write(byte[] plain, int off, int length) {
            byte[] encrypted = new byte[length];
            client.toClient().apply(plain, off, length, encrypted, 0);
            try {
                out.write(encrypted);
            } catch (IOException e) {
                closeExt();
            }
        }

        @Override
        public void closeExt() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean closed() {
            return socket.isClosed();
        }

        @Override
        public <T> T attachment(Class<T> type, Supplier<T> make) {
            if (attachment == null) {
                attachment = make.get();
            }
            return type.cast(attachment);
        }

        @Override
        public int flags() {
            return 0;
        }

        @Override
        public int clientPort() {
            return 1;
        }

        @Override
        public byte[] tag() {
            return null;
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public byte[] clientAddress() {
            return new byte[16];
        }
    }
}
