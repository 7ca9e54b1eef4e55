package io.mtproxy.tools.sim;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.rpc.ProxyRequest;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The life of one link: {@link LinkExchange}, then messages until either side closes. Runs on a thread of its own, which
 * reads and dispatches; sessions answer from any thread.
 */
final class Link implements Reception.Guest {
    private static final int EXCHANGE_TIMEOUT_MS = 10_000;

    private final long number;
    private final Socket socket;
    private final SimulatedTelegram.Options options;
    private final Answers answers;
    private final Counters counters;
    private final LinkInput input;
    private final LinkOutput output;
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final RecentIds closedByUs = new RecentIds();
    private volatile long reader;

    Link(long number, Socket socket, SimulatedTelegram.Options options, Answers answers, Counters counters)
            throws IOException {
        this.number = number;
        this.socket = socket;
        this.options = options;
        this.answers = answers;
        this.counters = counters;
        socket.setTcpNoDelay(true);
        output = new LinkOutput(number, socket, counters.bytesOut, options.faults());
        input = new LinkInput(socket.getInputStream(), counters.bytesIn, output::flush);
    }

    @Override
    public void run() {
        reader = Thread.currentThread().threadId();
        try (socket) {
            socket.setSoTimeout(EXCHANGE_TIMEOUT_MS);
            ExchangeFault fault = options.faults().exchange(number);
            if (new LinkExchange(options, socket, input, output, fault).run()) {
                socket.setSoTimeout(0);
                serve();
            } else {
                counters.linksRefused.increment();
            }
        } catch (IOException | ProtocolException e) {
            // before the handshake is complete; serve() counts its own
            counters.linksRefused.increment();
            log("refused: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            log("closing: " + e.getMessage());
        }
    }

    void ping(long id) {
        byte[] message = new byte[RpcMessages.SHORT_LENGTH];
        send(message, RpcMessages.ping(message, 0, id));
    }

    private void serve() {
        counters.linksNow.increment();
        counters.linksTotal.increment();
        log("up, from " + socket.getRemoteSocketAddress());
        try {
            while (input.next()) {
                message(input.buffer(), input.offset(), input.length());
            }
            log("closed by the proxy");
        } catch (IOException e) {
            log("closed: " + e.getMessage());
        } catch (ProtocolException e) {
            counters.linksBroken.increment();
            log("broken by the proxy: " + e.getMessage());
        } finally {
            counters.linksNow.decrement();
            sessions.values().forEach(Session::end);
        }
    }

    private void message(byte[] b, int offset, int length) {
        int type = RpcMessages.type(b, offset);
        if (type == RpcType.PROXY_REQ) {
            request(ProxyRequest.decode(b, offset, length), b, offset);
        } else if (length != RpcMessages.SHORT_LENGTH) {
            counters.unknown.increment();
        } else {
            shortMessage(type, b, offset);
        }
    }

    private void shortMessage(int type, byte[] b, int offset) {
        switch (type) {
            case RpcType.CLOSE_CONN -> {
                counters.closesByProxy.increment();
                Session gone = sessions.get(RpcMessages.shortId(b, offset));
                if (gone != null) {
                    gone.end();
                }
            }
            case RpcType.PING -> {
                counters.pingsReceived.increment();
                byte[] pong = new byte[RpcMessages.SHORT_LENGTH];
                send(pong, RpcMessages.pong(pong, 0, b, offset));
            }
            case RpcType.PONG -> counters.pongsReceived.increment();
            default -> counters.unknown.increment();
        }
    }

    private void request(ProxyRequest.Decoded request, byte[] b, int offset) {
        counters.request(request.flags());
        Session session = sessions.get(request.connectionId());
        if (session == null) {
            if (closedByUs.contains(request.connectionId())) {
                return; // was on its way while we closed
            }
            session = open(request, Arrays.copyOfRange(b, offset, request.packetOffset()));
        } else {
            session.head(Arrays.copyOfRange(b, offset, request.packetOffset()));
        }
        packet(session, Arrays.copyOfRange(b, request.packetOffset(), request.packetOffset() + request.packetLength()));
    }

    private Session open(ProxyRequest.Decoded request, byte[] head) {
        Session session = new Session(this, request, head);
        sessions.put(session.id(), session);
        counters.sessionsTotal.increment();
        counters.sessionsNow.increment();
        if (counters.sessionsNow.sum() > options.maxSessions()) {
            log("client refused: " + options.maxSessions() + " are known already");
            session.closeExt();
        }
        return session;
    }

    private void packet(Session session, byte[] packet) {
        if (session.closed()) {
            return;
        }
        try {
            answers.packet(session, packet);
        } catch (IOException | ProtocolException e) {
            counters.requestsRejected.increment();
            log("client " + session.id() + " rejected: " + e.getMessage());
            session.closeExt();
        }
    }

    // What sessions need

    Counters counters() {
        return counters;
    }

    void forget(Session session) {
        if (sessions.remove(session.id(), session)) {
            counters.sessionsNow.decrement();
        }
    }

    void closing(long id) {
        closedByUs.add(id);
    }

    void send(byte[] message, int length) {
        send(message, length, new byte[0]);
    }

    /** A link that cannot be written to is closed; its reader then ends the sessions. */
    void send(byte[] head, int headLength, byte[] data) {
        try {
            output.frame(head, headLength, data, Thread.currentThread().threadId() != reader);
        } catch (IOException e) {
            close();
        }
    }

    private void log(String what) {
        options.log().accept("link " + number + ": " + what);
    }
}
