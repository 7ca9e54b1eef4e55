package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.TimerWheel;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a middle proxy, shared by many clients. Its life, top to bottom: {@link #open dial}, {@link #connected
 * our nonce}, {@link #nonce their nonce and the keys}, {@link #handshake their handshake}, {@link #message messages} for the
 * clients on it, {@link #end the end}, which ends all its clients.
 */
final class Link extends Connection implements LinkInput.Frames {
    /** Above so much unsent data the clients on this link are paused, below the other figure they go on. */
    private static final long PAUSE_ABOVE = 1 << 20;
    private static final long RESUME_BELOW = 256 << 10;
    private static final long MAX_OUTPUT = 32 << 20;
    /** After so many ping intervals in which the middle proxy took nothing of what waits, the link ends. */
    private static final int STUCK_TURNS = 4;
    /** C's intention with {@code -T}: after so many silent intervals no new clients, after so many the end. */
    private static final int SUSPEND_AFTER_TURNS = 2;
    private static final int CLOSE_AFTER_TURNS = 20;

    private final MiddleProxies telegram;
    private final LinkPool pool;
    private final Directory.Target target;
    private final Counters counters;
    private final LinkInput input;
    private final LinkOutput output;

    private Stage stage = Stage.DIALING;
    private @Nullable LinkHandshake handshake;
    private TimerWheel.@Nullable Timer deadline;
    private Endpoint remote = Endpoint.NONE;
    private @Nullable MiddleLane lanes;
    private int laneCount;
    private TimerWheel.@Nullable Timer pulse;
    private boolean heard;
    private long readyNanos;
    private int silentTurns;
    private int stuckTurns;
    private boolean suspended;
    private boolean someBlocked;
    private boolean retired;
    /** Requests since everything was sent. */
    private long unsent;

    /** How far a link has come. */
    private enum Stage {
        DIALING,
        NONCE,
        HANDSHAKE,
        READY,
        ENDED
    }

    Link(MiddleProxies telegram, LinkPool pool, Directory.Target target) {
        super(telegram.loop);
        this.telegram = telegram;
        this.pool = pool;
        this.target = target;
        this.counters = telegram.counters;
        this.input = new LinkInput(loop, this);
        this.output = new LinkOutput(loop, this);
    }

    // ---- becoming ready

    void open() {
        counters.increment(Counter.LINKS);
        counters.increment(Counter.LINKS_DIALED);
        int limit = telegram.settings.handshakeMillis();
        deadline = loop.after(limit,
                () -> end(CloseReason.LINK_HANDSHAKE_TIMEOUT, "not ready within " + limit + " ms"));
        loop.connect(this, target.address(), telegram.settings.source(), target.connectMillis());
    }

    @Override
    protected void connected() {
        counters.increment(Counter.LINKS_CONNECTED);
        stage = Stage.NONCE;
        remote = Endpoint.of(target.address());
        handshake = new LinkHandshake(telegram.settings, System.currentTimeMillis() / 1000);
        counters.add(Counter.DH_ROUNDS, telegram.settings.forceDh() ? 1 : 0);
        output.frame(handshake.nonce().encode());
        touch();
    }

    @Override
    protected void data(byte[] b, int off, int len) {
        heard = true;
        if (suspended) {
            suspend(stuckTurns > 0);
        }
        try {
            input.data(b, off, len);
        } catch (ProtocolException e) {
            end(reasonOf(e), e.getMessage() == null ? "" : e.getMessage());
        }
    }

    /** One whole, checked frame; its payload is {@code b[off..off+len)}. */
    @Override
    public void frame(byte[] b, int off, int len) {
        switch (stage) {
            case NONCE -> nonce(Nonce.decode(b, off, len));
            case HANDSHAKE -> handshake(Handshake.decode(b, off, len));
            case READY -> message(b, off, len);
            default -> throw new IllegalStateException("a frame while " + stage);
        }
    }

    private void nonce(Nonce theirs) {
        LinkHandshake h = started();
        LinkHandshake.Ciphers ciphers = h.keys(theirs, loop.local(this), remote);
        if (telegram.settings.forceDh()) {
            counters.increment(Counter.DH_AGREED);
            counters.increment(Counter.LINKS_DH);
        }
        input.decrypt(ciphers.fromTelegram());
        output.encrypt(ciphers.toTelegram());
        output.frame(h.handshake(remote).encode());
        stage = Stage.HANDSHAKE;
        touch();
    }

    private void handshake(Handshake theirs) {
        if (started().castagnoli(theirs)) {
            input.checksum(ChecksumKind.CRC32C);
            output.checksum(ChecksumKind.CRC32C);
        }
        handshake = null;
        loop.cancel(deadline);
        stage = Stage.READY;
        readyNanos = System.nanoTime();
        counters.increment(Counter.LINKS_READY);
        pulse = loop.after(telegram.settings.pingMillis(), this::pulse);
        pool.ready(this);
    }

    private LinkHandshake started() {
        LinkHandshake h = handshake;
        if (h == null) {
            throw new IllegalStateException("no handshake under way");
        }
        return h;
    }

    // ---- staying alive

    /** Once per ping interval. */
    private void pulse() {
        silentTurns = heard ? 0 : silentTurns + 1;
        stuckTurns = output.tookNothing() ? stuckTurns + 1 : 0;
        heard = false;
        int interval = telegram.settings.pingMillis();
        if (silentTurns >= CLOSE_AFTER_TURNS) {
            end(CloseReason.LINK_SILENT, "nothing heard for " + silentTurns * interval + " ms");
        } else if (stuckTurns >= STUCK_TURNS) {
            end(CloseReason.LINK_FAILED, "it took nothing for " + stuckTurns * interval + " ms");
        } else {
            suspend(silentTurns >= SUSPEND_AFTER_TURNS || stuckTurns > 0);
            if (silentTurns > 0) {
                ping();
            }
            pulse = loop.after(interval, this::pulse);
        }
    }

    /** A link that does not speak or does not listen keeps its clients and gets no new ones. */
    private void suspend(boolean now) {
        if (now && !suspended) {
            suspended = true;
            pool.suspend(this);
        } else if (!now && suspended) {
            suspended = false;
            pool.resume(this);
        }
    }

    private void ping() {
        byte[] ping = new byte[RpcMessages.SHORT_LENGTH];
        RpcMessages.ping(ping, 0, telegram.random.nextLong());
        output.frame(ping);
        counters.increment(Counter.LINK_PINGS);
        touch();
    }

    /** How long it has been ready, 0 when it never was. */
    long readyMillis() {
        return readyNanos == 0 ? 0 : (System.nanoTime() - readyNanos) / 1_000_000;
    }

    /** Was ready, and new clients should not trust it now. */
    boolean isSuspended() {
        return suspended;
    }

    // ---- from Telegram to clients

    private void message(byte[] b, int off, int len) {
        int type = RpcMessages.type(b, off);
        if (type == RpcType.PROXY_ANS && len >= RpcMessages.ANSWER_HEAD) {
            answer(b, off, len);
        } else if (type == RpcType.SIMPLE_ACK && len == RpcMessages.ACK_LENGTH) {
            acknowledge(b, off);
        } else if (type == RpcType.CLOSE_EXT && len == RpcMessages.SHORT_LENGTH) {
            closeExternal(RpcMessages.shortId(b, off));
        } else if (type == RpcType.PING && len == RpcMessages.SHORT_LENGTH) {
            pong(b, off);
        } else if (type != RpcType.PONG) { // as C: what it does not know does not end a link
            counters.increment(Counter.MESSAGES_IGNORED);
        }
    }

    private void answer(byte[] b, int off, int len) {
        long id = RpcMessages.answerId(b, off);
        MiddleLane lane = telegram.lanes.find(id);
        if (lane == null || lane.link() != this) {
            counters.increment(Counter.ANSWERS_DROPPED);
            closeConnection(id);
            return;
        }
        counters.increment(Counter.ANSWERS_FORWARDED);
        counters.add(Counter.ANSWER_BYTES, len - RpcMessages.ANSWER_HEAD);
        lane.client.answer(b, off + RpcMessages.ANSWER_HEAD, len - RpcMessages.ANSWER_HEAD);
    }

    private void acknowledge(byte[] b, int off) {
        long id = RpcMessages.shortId(b, off);
        MiddleLane lane = telegram.lanes.find(id);
        if (lane == null || lane.link() != this) {
            counters.increment(Counter.ACKS_DROPPED);
            closeConnection(id);
            return;
        }
        counters.increment(Counter.ACKS_FORWARDED);
        lane.client.acknowledge(RpcMessages.confirm(b, off));
    }

    /** As C: whichever link it comes on. */
    private void closeExternal(long id) {
        MiddleLane lane = telegram.lanes.find(id);
        if (lane != null) {
            lane.end(CloseReason.TELEGRAM_CLOSED);
        }
    }

    private void pong(byte[] b, int off) {
        byte[] pong = new byte[RpcMessages.SHORT_LENGTH];
        RpcMessages.pong(pong, 0, b, off);
        output.frame(pong);
        touch();
        bound();
    }

    // ---- from clients to Telegram

    void request(MiddleLane lane, byte[] head, byte[] b, int off, int len) {
        output.frame(head, b, off, len);
        unsent++;
        touch();
        bound();
        if (!lane.blocked && output.pending() > PAUSE_ABOVE) {
            lane.blocked = true;
            someBlocked = true;
            counters.increment(Counter.CLIENTS_PAUSED);
            lane.client.pause(true);
            pool.grow();
        }
    }

    /** A middle proxy that does not read must not cost us memory without end (C closes at the same bound). */
    private void bound() {
        if (output.pending() > MAX_OUTPUT) {
            loop.execute(() -> end(CloseReason.LINK_FAILED, "it does not read: " + MAX_OUTPUT + " bytes wait"));
        }
    }

    /** Tells Telegram that a client connection is gone. */
    void closeConnection(long id) {
        byte[] message = new byte[RpcMessages.SHORT_LENGTH];
        RpcMessages.closeConn(message, 0, id);
        output.frame(message);
        touch();
        bound();
    }

    @Override
    protected void flush() {
        if (stage == Stage.ENDED) {
            return;
        }
        if (!output.flush()) {
            end(CloseReason.LINK_FAILED, "cannot write");
        } else if (output.pending() < RESUME_BELOW) {
            unsent = output.pending() == 0 ? 0 : unsent;
            resumeBlocked();
        }
    }

    @Override
    protected void writable() {
        flush();
    }

    private void resumeBlocked() {
        if (someBlocked) {
            someBlocked = false;
            for (MiddleLane lane = lanes; lane != null; lane = lane.next) {
                if (lane.blocked) {
                    lane.blocked = false;
                    lane.client.pause(false);
                }
            }
        }
    }

    /** Reads no more, or goes on: the clients together do not take what comes. */
    void pauseReading(boolean paused) {
        if (stage == Stage.READY) {
            output.pauseReading(paused);
            heard = true; // what we do not read is no silence
        }
    }

    // ---- the clients on this link

    void add(MiddleLane lane) {
        lane.next = lanes;
        if (lanes != null) {
            lanes.previous = lane;
        }
        lanes = lane;
        laneCount++;
    }

    void remove(MiddleLane lane) {
        if (lane.previous != null) {
            lane.previous.next = lane.next;
        } else {
            lanes = lane.next;
        }
        if (lane.next != null) {
            lane.next.previous = lane.previous;
        }
        lane.previous = null;
        lane.next = null;
        laneCount--;
        if (retired && laneCount == 0) {
            loop.execute(() -> end(CloseReason.LINK_RETIRED, ""));
        }
    }

    /** Takes no new clients any more and ends with the last one. */
    void retire() {
        retired = true;
        if (laneCount == 0) {
            end(CloseReason.LINK_RETIRED, "");
        }
    }

    // ---- the end

    @Override
    protected void halfClosed() {
        end(stage == Stage.READY ? CloseReason.LINK_CLOSED : CloseReason.LINK_HANDSHAKE_REFUSED,
                "closed by the middle proxy");
    }

    @Override
    protected void failed(IOException cause) {
        CloseReason reason = stage == Stage.DIALING ? CloseReason.LINK_CONNECT_FAILED : CloseReason.LINK_FAILED;
        String detail = cause.getMessage();
        end(reason, detail == null ? cause.toString() : detail);
    }

    @Override
    protected void broken(RuntimeException bug) {
        end(CloseReason.INTERNAL_ERROR, bug.toString());
    }

    void end(CloseReason reason, String detail) {
        if (stage == Stage.ENDED) {
            return;
        }
        Stage reached = stage;
        stage = Stage.ENDED;
        loop.cancel(deadline);
        loop.cancel(pulse);
        loop.close(this);
        counters.add(Counter.QUERIES_LOST, unsent);
        output.clear();
        input.close();
        count(reached, reason);
        while (lanes != null) {
            lanes.end(reason == CloseReason.SHUTDOWN ? reason : CloseReason.LINK_LOST);
        }
        pool.ended(this, reason, detail);
    }

    private void count(Stage reached, CloseReason reason) {
        counters.closed(reason);
        counters.add(Counter.LINKS, -1);
        if (reached == Stage.DIALING) {
            counters.increment(Counter.LINK_DIALS_FAILED);
        } else {
            counters.add(Counter.LINKS_CONNECTED, -1);
        }
        if (telegram.settings.forceDh() && (reached == Stage.HANDSHAKE || reached == Stage.READY)) {
            counters.add(Counter.LINKS_DH, -1);
        }
        if (reached == Stage.READY) {
            counters.add(Counter.LINKS_READY, -1);
            counters.increment(Counter.LINKS_LOST);
        }
    }

    private static CloseReason reasonOf(ProtocolException e) {
        return switch (e.kind()) {
            case LENGTH -> CloseReason.LINK_BAD_LENGTH;
            case CHECKSUM -> CloseReason.LINK_BAD_CHECKSUM;
            case SEQUENCE -> CloseReason.LINK_BAD_SEQUENCE;
            case NONCE, HANDSHAKE, MESSAGE -> CloseReason.LINK_HANDSHAKE_REFUSED;
        };
    }
}
