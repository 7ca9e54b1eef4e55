package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Lease;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.proxy.net.TimerWheel;
import io.mtproxy.proxy.telegram.Lane;
import io.mtproxy.proxy.telegram.LaneClient;
import io.mtproxy.proxy.telegram.Origin;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The life of a client's connection, top to bottom: {@link #connected accepted}; a {@link Greeting} until one of our secrets
 * {@linkplain #open opens} its header; {@link #packet packets} into a lane to Telegram and {@link #answer answers} out of it;
 * {@link #finish the end}. One object per client, on its loop's thread.
 */
final class ClientConnection extends Connection implements LaneClient, PacketInput.Packets {
    /** Telegram is asked for no more when more than so many bytes, or a quarter of what may, wait for the client ... */
    private static final int FULL = 256 << 10;
    /** ... until no more than so many, or a sixteenth, do. Has an effect where the client has a connection to Telegram of its own. */
    private static final int ROOM = 64 << 10;

    private final Clients clients;
    private final Counters counters;
    private final Lease lease;
    private Endpoint peer;
    private @Nullable Endpoint near;

    private final Output out;

    private Stage stage = Stage.GREETING;
    private @Nullable Greeting greeting;
    private TimerWheel.@Nullable Timer deadline;
    private @Nullable Session session;
    /** Of another process, where it had ended; it has no more to do than to take what waits for it. */
    private ClientState.@Nullable Session leaving;
    private CloseReason farewell = CloseReason.CLIENT_CLOSED;
    private boolean finSent;
    private boolean readPaused;
    private boolean writeWanted;
    /** The lane was told to hold. */
    private boolean full;
    /** Calls of {@link #sweep} since a byte has passed. */
    private int quiet;

    /** How far a client has come. */
    private enum Stage {
        /** what comes is the {@link Greeting}'s */
        GREETING,
        /** packets go both ways */
        SESSION,
        /** to be closed as soon as the client has taken what waits for it */
        FAREWELL,
        CLOSED
    }

    ClientConnection(Clients clients, Endpoint peer) {
        super(clients.loop);
        this.clients = clients;
        this.counters = clients.counters;
        this.lease = new Lease(counters);
        this.peer = peer;
        this.out = new Output(loop.buffers());
    }

    // ---- accepted: the client has to prove that it knows a secret, in its own time but not for ever

    @Override
    protected void connected() {
        counters.increment(Counter.CLIENTS_ACCEPTED);
        lease.raise(Counter.CLIENTS);
        lease.raise(Counter.CLIENTS_UNPROVEN);
        clients.addUnproven(this);
        greeting = clients.greeting(this);
        greeting.begin();
    }

    /**
     * A balancer has told for whom this connection is: what follows is the client's own.
     *
     * @param told the client's end, null when that of the socket holds
     */
    void introduced(@Nullable Endpoint told, byte[] b, int off, int len) {
        peer = told == null ? peer : told;
        loop.cancel(deadline);
        Greeting own = clients.ownGreeting(this);
        greeting = own;
        own.begin();
        if (len > 0 && stage == Stage.GREETING) {
            own.data(b, off, len);
        }
    }

    /** What happens unless the client gets on within that time. */
    void patience(int millis, Runnable task) {
        loop.cancel(deadline);
        deadline = loop.after(millis, task);
    }

    /** It may take all the time that it likes. */
    void patience() {
        loop.cancel(deadline);
    }

    @Override
    protected void data(byte[] b, int off, int len) {
        counters.add(Counter.BYTES_FROM_CLIENTS, len);
        quiet = 0;
        switch (stage) {
            case GREETING -> greeting().data(b, off, len);
            case SESSION -> received(session(), b, off, len);
            default -> {
                // leaving: bytes go nowhere
            }
        }
    }

    // ---- proven: packets to Telegram

    /** The header is accepted; {@code b[off..off+len)} of the stream came with it, and perhaps more in the reader's window. */
    void open(Accepted accepted, @Nullable RecordReader records, byte[] b, int off, int len) {
        loop.cancel(deadline);
        clients.proven(this);
        lease.lower(Counter.CLIENTS_UNPROVEN);
        counters.increment(Counter.CLIENTS_PROVEN);
        Origin origin = new Origin(accepted.dc(), accepted.transport(), peer, near(),
                clients.use(accepted.secretIndex()));
        lease.place(origin.dc(), origin.use());
        Lane lane = clients.telegram.open(this, origin);
        Session s = new Session(origin, input(lane, accepted.transport(), accepted.fromClient()),
                new PacketOutput(clients, accepted.transport(), accepted.toClient(), out,
                        records == null ? null : clients.recordWriter()),
                lane, records);
        session = s;
        stage = Stage.SESSION;
        greeting = null;
        packets(s, b, off, len);
    }

    private SessionInput input(Lane lane, Transport transport, AesCtr stream) {
        return lane.streams()
                ? new StreamInput(loop, stream, lane)
                : new PacketInput(clients, transport, stream, this);
    }

    private void received(Session s, byte[] b, int off, int len) {
        if (s.records() == null) {
            packets(s, b, off, len);
        } else {
            s.records().window(b, off, len);
            packets(s, b, off, 0);
        }
    }

    /** {@code b[off..off+len)} of the stream, and then what is left in the reader's window. */
    private void packets(Session s, byte[] b, int off, int len) {
        try {
            s.input().data(b, off, len);
            while (s.records() != null && s.records().next()) {
                s.input().data(b, s.records().payloadOffset(), s.records().payloadLength());
            }
        } catch (ProtocolException e) { // no record, or a length that no packet has: there is no way to find the next one
            close(e.kind() == ProtocolException.Kind.TOO_LONG
                    ? CloseReason.CLIENT_OVERSIZED
                    : CloseReason.CLIENT_BAD_PACKET);
        }
    }

    @Override
    public void packet(byte[] b, int off, int len, boolean quickAck) {
        if (Bytes.int32(b, off) == RpcType.PING) {
            ping(b, off, len);
        } else {
            session().lane().forward(b, off, len, quickAck);
        }
    }

    /** For the proxy itself, as in C; of another length it is dropped. */
    private void ping(byte[] b, int off, int len) {
        if (len == RpcMessages.SHORT_LENGTH) {
            byte[] pong = new byte[64];
            RpcMessages.pong(pong, 16, b, off);
            answer(pong, 16, RpcMessages.SHORT_LENGTH);
        }
    }

    // ---- from Telegram: answers

    @Override
    public void answer(byte[] b, int off, int len) {
        Session s = session();
        if (s.lane().streams()) {
            s.output().piece(b, off, len);
        } else {
            s.output().packet(b, off, len);
        }
        staged();
    }

    @Override
    public void acknowledge(int confirm) {
        session().output().ack(confirm);
        staged();
    }

    private void staged() {
        quiet = 0;
        if (!full && out.pending() > Math.min(FULL, clients.settings.maxOutput() / 4)) {
            full = true;
            session().lane().hold(true);
        }
        if (out.pending() > clients.settings.maxOutput()) {
            close(CloseReason.CLIENT_TOO_SLOW);
        } else {
            touch();
        }
    }

    @Override
    protected void flush() {
        Session s = session;
        if (stage == Stage.CLOSED) {
            return;
        }
        if (s != null) {
            s.output().seal();
        } else if (greeting != null && greeting.flush()) {
            return;
        }
        if (!send()) {
            close(CloseReason.CLIENT_FAILED);
        } else if (stage == Stage.FAREWELL && out.pending() == 0) {
            sayFarewell();
        } else {
            interest(readPaused, out.pending() > 0);
            if (full && s != null && stage == Stage.SESSION
                    && out.pending() <= Math.min(ROOM, clients.settings.maxOutput() / 16)) {
                full = false;
                s.lane().hold(false);
            }
        }
    }

    private boolean send() {
        long before = out.pending();
        boolean alive = out.send(loop, this);
        counters.add(Counter.BYTES_TO_CLIENTS, before - out.pending());
        return alive;
    }

    @Override
    protected void writable() {
        flush();
    }

    @Override
    public void pause(boolean paused) {
        interest(paused, writeWanted);
    }

    private void interest(boolean pauseReading, boolean wantWrite) {
        if (pauseReading != readPaused || wantWrite != writeWanted) {
            readPaused = pauseReading;
            writeWanted = wantWrite;
            loop.interest(this, !pauseReading, wantWrite);
        }
    }

    /** Called now and then: a session without traffic since the last call gives its ciphers back; whether it just did. */
    boolean sweep() {
        Session s = session;
        quiet = Math.min(quiet + 1, 3);
        if (quiet != 2 || s == null) {
            return false;
        }
        s.idle();
        return true;
    }

    /** Bytes that it has taken so far. */
    long taken() {
        return out.sent();
    }

    /** Whether bytes wait for it. */
    boolean hasOutput() {
        return out.pending() > 0;
    }

    /** Bytes of memory that this client makes us hold. */
    long held() {
        Session s = session;
        long waiting = greeting == null ? out.pending() : out.pending() + greeting.held();
        return s == null ? waiting : waiting + s.held();
    }

    // ---- the end: every way out names its reason

    /** The client has sent all that it will; what it sent has been forwarded. */
    @Override
    protected void halfClosed() {
        if (stage == Stage.SESSION) {
            session().lane().close();
            finish(CloseReason.CLIENT_CLOSED);
        } else if (stage == Stage.GREETING) {
            greeting().halfClosed();
        } else {
            close(stage == Stage.FAREWELL ? farewell : CloseReason.CLIENT_CLOSED);
        }
    }

    @Override
    protected void failed(IOException cause) {
        close(CloseReason.CLIENT_FAILED);
    }

    @Override
    protected void broken(RuntimeException bug) {
        close(CloseReason.INTERNAL_ERROR);
    }

    @Override
    public void ended(CloseReason reason) {
        if (reason == CloseReason.SHUTDOWN) {
            close(reason);
        } else {
            finish(reason);
        }
    }

    /** The lane is gone: closes as soon as the client has taken what waits for it. */
    private void finish(CloseReason reason) {
        stage = Stage.FAREWELL;
        farewell = reason;
        session().input().close();
        interest(false, writeWanted); // unread bytes at the close would make the kernel throw away what waits
        deadline = loop.after(clients.settings.drainMillis(), () -> close(reason));
        touch();
    }

    /** All is handed to the kernel. Where the client's FIN is still to come, ours goes first and the close waits for it. */
    private void sayFarewell() {
        if (farewell == CloseReason.CLIENT_CLOSED) {
            close(farewell);
        } else if (!finSent) {
            finSent = true;
            loop.shutdownOutput(this);
            interest(false, false);
        }
    }

    void close(CloseReason reason) {
        end(reason, false);
    }

    /** The client sees a reset. */
    void abort(CloseReason reason) {
        end(reason, true);
    }

    private void end(CloseReason reason, boolean reset) {
        if (stage == Stage.CLOSED) {
            return;
        }
        Session s = session;
        Stage reached = stage;
        stage = Stage.CLOSED;
        lease.end(reason);
        clients.remove(this);
        if (s != null) {
            s.input().close();
            s.output().idle();
            if (reached == Stage.SESSION) {
                leave(s.lane(), reason);
            }
        }
        out.clear();
        loop.cancel(deadline);
        if (greeting != null) {
            greeting.close();
            greeting = null;
        }
        if (reset) {
            loop.abort(this);
        } else {
            loop.close(this);
        }
    }

    private static void leave(Lane lane, CloseReason reason) {
        if (reason == CloseReason.CLIENT_MEMORY) {
            lane.drop();
        } else {
            lane.close();
        }
    }

    private Session session() {
        return Objects.requireNonNull(session);
    }

    private Greeting greeting() {
        return Objects.requireNonNull(greeting);
    }

    /** Our end of the connection, asked of the kernel once. */
    Endpoint near() {
        Endpoint known = near;
        if (known == null) {
            known = loop.local(this);
            near = known;
        }
        return known;
    }

    Endpoint peer() {
        return peer;
    }

    /** What waits for the client. */
    Output output() {
        return out;
    }

    // ---- from and to another process

    /** What is needed to go on elsewhere; nothing is touched. */
    ClientState save() {
        Greeting g = greeting;
        return new ClientState(loop.descriptor(this), peer, loop.left(deadline), out.copy(),
                g == null ? null : g.save(), session == null ? saveLeaving() : save(session));
    }

    private ClientState.@Nullable Session saveLeaving() {
        ClientState.Session l = leaving;
        return l == null ? null : new ClientState.Session(l.dc(), l.transport(), l.secret(), null, farewell, finSent);
    }

    private ClientState.Session save(Session s) {
        Origin origin = s.origin();
        boolean lives = stage == Stage.SESSION;
        return new ClientState.Session(origin.dc(), origin.transport(), clients.secret(origin.use()),
                lives ? s.save() : null, lives ? null : farewell, finSent);
    }

    /** Goes on where the saved one stood, with its socket. */
    void restore(ClientState saved) throws IOException {
        lease.raise(Counter.CLIENTS);
        loop.adopt(saved.descriptor(), this);
        out.append(saved.output(), 0, saved.output().length);
        if (saved.greeting() != null) {
            lease.raise(Counter.CLIENTS_UNPROVEN);
            clients.addUnproven(this);
            Greeting g = clients.greeting(this, saved.greeting());
            greeting = g;
            g.restore(saved.greeting(), saved.patience());
        } else if (saved.session() != null) {
            restore(saved.session(), (int) Math.max(0, saved.patience()));
        }
        touch();
    }

    private void restore(ClientState.Session saved, int patience) throws IOException {
        clients.proven(this);
        Origin origin = new Origin(saved.dc(), saved.transport(), peer, near(), clients.use(saved.secret()));
        lease.place(origin.dc(), origin.use());
        ClientState.Live live = saved.live();
        if (live == null) {
            stage = Stage.FAREWELL;
            leaving = saved;
            farewell = saved.farewell() == null ? CloseReason.CLIENT_CLOSED : saved.farewell();
            finSent = saved.finSent();
            interest(farewell == CloseReason.CLIENT_CLOSED, writeWanted); // his end of the stream was read already
            patience(patience, () -> close(farewell));
            return;
        }
        stage = Stage.SESSION;
        Lane lane = clients.telegram.adopt(this, origin, live.lane());
        session = Session.restored(clients, origin, input(lane, saved.transport(), clients.stream(live.fromClient())),
                out,
                lane, live);
    }
}
