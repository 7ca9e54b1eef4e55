package io.mtproxy.tools.sim;

import io.mtproxy.tools.sim.SimulatedDataCentre.Named;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection to a data centre: the obfuscated header, then packets until either side closes. Runs on a thread
 * of its own, which reads and dispatches; the session answers from any thread.
 */
final class DirectClient implements Reception.Guest {
    private static final int HEADER_TIMEOUT_MS = 10_000;

    private final long number;
    private final Socket socket;
    private final Answers answers;
    private final DirectCounters counters;
    private final Gate reading;
    private final Consumer<String> log;
    private volatile @Nullable DirectSession session;

    DirectClient(long number, Socket socket, Answers answers, DirectCounters counters, Gate reading,
            Consumer<String> log) throws IOException {
        this.number = number;
        this.socket = socket;
        this.answers = answers;
        this.counters = counters;
        this.reading = reading;
        this.log = log;
        socket.setTcpNoDelay(true);
    }

    @Override
    public void run() {
        counters.connectionsTotal.increment();
        counters.connectionsNow.increment();
        try (socket) {
            reading.pass();
            ObfuscatedHeader.Accepted header = header();
            if (header != null) {
                serve(header);
            }
        } catch (IOException e) {
            log("closed: " + e.getMessage());
        } finally {
            counters.connectionsNow.decrement();
            end();
        }
    }

    /** Null when there is none, which closes the connection. */
    private ObfuscatedHeader.@Nullable Accepted header() throws IOException {
        socket.setSoTimeout(HEADER_TIMEOUT_MS);
        byte[] bytes = socket.getInputStream().readNBytes(ObfuscatedHeader.LENGTH);
        socket.setSoTimeout(0);
        ObfuscatedHeader.Accepted accepted = bytes.length < ObfuscatedHeader.LENGTH || ObfuscatedHeader.reserved(bytes)
                ? null
                : ObfuscatedHeader.accept(bytes, 0, List.of());
        if (accepted == null) {
            counters.headersRefused.increment();
            log("no header in " + bytes.length + " bytes");
        }
        return accepted;
    }

    private void serve(ObfuscatedHeader.Accepted header) throws IOException {
        log("data centre " + header.dc() + ", " + header.transport() + ", from " + socket.getRemoteSocketAddress());
        counters.named(new Named(header.dc(), header.transport()));
        DirectInput input = new DirectInput(socket.getInputStream(), header.transport(), header.fromClient(),
                counters.bytesIn);
        DirectSession client = new DirectSession(number, socket, counters, new DirectOutput(socket, header.transport(),
                header.toClient(), counters.bytesOut), header.transport());
        session = client;
        try {
            while (input.next()) {
                packet(client, input.packet(), input.quickAck());
                reading.pass();
            }
            if (!client.closed()) {
                counters.closedByProxy.increment();
            }
            log("closed by the proxy");
        } catch (ProtocolException e) {
            counters.packetsRejected.increment();
            log("broken by the proxy: " + e.getMessage());
        }
    }

    private void packet(DirectSession client, byte[] packet, boolean quickAck) {
        if (packet.length == 0 || client.closed()) {
            return;
        }
        client.latest(packet, quickAck);
        try {
            answers.packet(client, packet);
        } catch (IOException | ProtocolException e) {
            counters.packetsRejected.increment();
            log("rejected: " + e.getMessage());
            client.closeExt();
        }
    }

    /** Ends what we send; reads on. */
    void finish() {
        DirectSession known = session;
        if (known != null) {
            known.finish();
        }
    }

    /** Ends the connection with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            log("resetting: " + e.getMessage());
        }
        close();
    }

    @Override
    public void close() {
        end();
        try {
            socket.close();
        } catch (IOException e) {
            log("closing: " + e.getMessage());
        }
    }

    private void end() {
        DirectSession known = session;
        if (known != null) {
            known.end();
        }
    }

    private void log(String what) {
        log.accept("client " + number + ": " + what);
    }
}
