package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.ProxyRequest;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client that came without a middle proxy. Its address is the proxy's: nobody tells another one. */
final class DirectSession implements SimulatedSession {
    private static final int V4_IN_V6 = 16;

    private final long id;
    private final Socket socket;
    private final DirectCounters counters;
    private final DirectOutput output;
    private final int transportFlags;
    private final Attachments attachments = new Attachments();
    private volatile int flags;
    private volatile boolean closed;

    DirectSession(long id, Socket socket, DirectCounters counters, DirectOutput output, Transport transport) {
        this.id = id;
        this.socket = socket;
        this.counters = counters;
        this.output = output;
        transportFlags = ProxyRequest.FLAG_TCP | ProxyRequest.FLAG_OBFUSCATED | switch (transport) {
            case ABRIDGED -> ProxyRequest.FLAG_ABRIDGED;
            case INTERMEDIATE -> ProxyRequest.FLAG_INTERMEDIATE;
            case PADDED -> ProxyRequest.FLAG_INTERMEDIATE | ProxyRequest.FLAG_PADDED;
        };
        flags = transportFlags;
    }

    /** Tells of the packet that is to be answered now. */
    void latest(byte[] packet, boolean quickAck) {
        boolean unencrypted = packet.length >= Long.BYTES && Bytes.int64(packet, 0) == 0;
        counters.packets.increment();
        if (unencrypted) {
            counters.packetsUnencrypted.increment();
        }
        flags = transportFlags | (unencrypted ? ProxyRequest.FLAG_UNENCRYPTED : 0)
                | (quickAck ? ProxyRequest.FLAG_QUICK_ACK : 0);
    }

    @Override
    public long id() {
        return id;
    }

    /** As a middle proxy would hear them. */
    @Override
    public int flags() {
        return flags;
    }

    /** Empty: nothing stands before a packet. */
    @Override
    public byte[] head() {
        return new byte[0];
    }

    @Override
    public byte[] clientAddress() {
        byte[] address = socket.getInetAddress().getAddress();
        if (address.length == V4_IN_V6) {
            return address;
        }
        byte[] mapped = new byte[V4_IN_V6];
        Arrays.fill(mapped, 10, 12, (byte) 0xff);
        System.arraycopy(address, 0, mapped, 12, address.length);
        return mapped;
    }

    @Override
    public int clientPort() {
        return socket.getPort();
    }

    @Override
    public byte @Nullable [] tag() {
        return null;
    }

    @Override
    public void answer(byte[] data) {
        if (data.length % 4 != 0) {
            throw new IllegalArgumentException("answer of " + data.length + " bytes, expected a multiple of 4");
        }
        send(() -> {
            counters.answers.increment();
            output.packet(data);
        });
    }

    @Override
    public void simpleAck(int confirm) {
        send(() -> {
            counters.simpleAcks.increment();
            output.simpleAck(confirm);
        });
    }

    /** What was answered before still arrives: only our half of the connection ends, the proxy then ends the other. */
    @Override
    public void closeExt() {
        finish();
    }

    void finish() {
        send(() -> {
            closed = true;
            output.finish();
        });
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public <T> T attachment(Class<T> type, Supplier<T> maker) {
        return attachments.get(type, maker);
    }

    /** Over, without a word to the proxy. */
    void end() {
        closed = true;
    }

    @FunctionalInterface
    private interface Sending {
        void run() throws IOException;
    }

    /** A connection that cannot be written to is closed; its reader then ends. */
    private void send(Sending sending) {
        if (closed) {
            return;
        }
        try {
            sending.run();
        } catch (IOException e) {
            end();
            closeSocket();
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is gone in any case
        }
    }
}
