package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Lease;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.TimerWheel;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.RpcMessages;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a middle proxy, shared by many clients. Its life, top to bottom: {@link #open dial}, {@link #connected
 * our nonce}, {@link #nonce their nonce and the keys}, {@link #handshake their handshake}, {@link LinkMessages messages} for the
 * clients on it, {@link #end the end}, which ends all its clients.
 */
final class Link extends DialledConnection implements LinkInput.Frames, LinkPulse.Subject {
    /**
     * Above this part of what may wait those who send are paused, above the next all clients; below the last they go on. By
     * default 1 MiB, 8 MiB and 256 KiB.
     */
    private static final int PAUSE_PART = 32;
    private static final int PAUSE_ALL_PART = 4;
    private static final int RESUME_PART = 128;

    private final MiddleProxies telegram;
    private final LinkPool pool;
    private final Directory.Target target;
    private final Counters counters;
    private final Lease lease;
    private final long maxOutput;
    private final LinkInput input;
    private final LinkOutput output;
    private final LinkMessages messages;

    private Stage stage = Stage.DIALING;
    private @Nullable LinkHandshake handshake;
    private TimerWheel.@Nullable Timer deadline;
    private Endpoint remote = Endpoint.NONE;
    private final LinkLanes lanes = new LinkLanes();
    private final LinkPulse pulse;
    private long readyNanos;
    private boolean suspended;
    private boolean allPaused;
    private boolean retired;
    private int number = -1;
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
        super(telegram.loop, telegram.settings.vias(), telegram.counters);
        this.telegram = telegram;
        this.pool = pool;
        this.target = target;
        this.counters = telegram.counters;
        this.lease = new Lease(counters);
        LinkBounds bounds = telegram.settings.bounds();
        this.maxOutput = bounds.maxOutput();
        this.input = new LinkInput(loop, this, bounds.maxFrame());
        this.output = new LinkOutput(loop, this);
        this.messages = new LinkMessages(this, telegram);
        this.pulse = new LinkPulse(this, loop, telegram.settings.pingMillis(), bounds);
    }

    // ---- from and to another process

    /** Takes over a ready link. */
    Link(MiddleProxies telegram, LinkPool pool, Directory.Target target, LinkState saved) {
        super(telegram.loop, telegram.settings.vias(), telegram.counters);
        this.telegram = telegram;
        this.pool = pool;
        this.target = target;
        this.counters = telegram.counters;
        this.lease = new Lease(counters);
        LinkBounds bounds = telegram.settings.bounds();
        this.maxOutput = bounds.maxOutput();
        this.input = new LinkInput(loop, this, bounds.maxFrame(), saved);
        this.output = new LinkOutput(loop, this, saved);
        this.messages = new LinkMessages(this, telegram);
        this.pulse = new LinkPulse(this, loop, telegram.settings.pingMillis(), bounds);
        this.number = saved.number();
        this.retired = saved.retired() || pool.isRetired();
        this.readyNanos = System.nanoTime() - saved.readyMillis() * 1_000_000;
        this.stage = Stage.READY;
        remote = Endpoint.of(target.address());
        for (Counter gauge : new Counter[] {Counter.LINKS, Counter.LINKS_CONNECTED, Counter.LINKS_READY}) {
            lease.raise(gauge);
        }
        if (saved.diffieHellman()) {
            lease.raise(Counter.LINKS_DH);
        }
        pulse.begin();
        touch();
    }

    /** Null for one that is not ready: another one will be. */
    @Nullable
    LinkState save(int asNumber) {
        if (stage != Stage.READY) {
            return null;
        }
        number = asNumber;
        return new LinkState(asNumber, loop.descriptor(this), target.address(), telegram.settings.forceDh(), retired,
                readyMillis(), input.keys(), output.keys(), input.reader(), output.writer(), input.tail(),
                input.rest(), output.unsent());
    }

    /** Under which it was saved or taken over last. */
    int number() {
        return number;
    }

    /** A client's lane of another process that waited because this link is full. */
    void block(MiddleLane lane) {
        lanes.block(lane);
    }

    // ---- becoming ready

    void open() {
        lease.raise(Counter.LINKS);
        counters.increment(Counter.LINKS_DIALED);
        dial(target.address(), telegram.settings.source(), target.connectMillis());
    }

    @Override
    protected void opened() {
        lease.raise(Counter.LINKS_CONNECTED);
        stage = Stage.NONCE;
        int limit = telegram.settings.handshakeMillis();
        deadline = loop.after(limit,
                () -> end(CloseReason.LINK_HANDSHAKE_TIMEOUT, "not ready within " + limit + " ms"));
        remote = Endpoint.of(target.address());
        if (near() == null) { // the middle proxy would derive other keys from what it sees
            end(CloseReason.LINK_HANDSHAKE_REFUSED, "the SOCKS5 proxy does not tell from where it connects");
            return;
        }
        handshake = new LinkHandshake(telegram.settings, System.currentTimeMillis() / 1000);
        counters.add(Counter.DH_ROUNDS, telegram.settings.forceDh() ? 1 : 0);
        output.frame(handshake.nonce().encode());
        touch();
    }

    @Override
    protected void received(byte[] b, int off, int len) {
        pulse.heard();
        if (suspended) {
            suspend(output.full(), CloseReason.LINK_STUCK);
        }
        try {
            input.data(b, off, len);
        } catch (ProtocolException e) {
            end(LinkInput.reasonOf(e), e.getMessage() == null ? "" : e.getMessage());
        }
    }

    /** One whole, checked frame; its payload is {@code b[off..off+len)}. */
    @Override
    public void frame(byte[] b, int off, int len) {
        switch (stage) {
            case NONCE -> nonce(Nonce.decode(b, off, len));
            case HANDSHAKE -> handshake(Handshake.decode(b, off, len));
            case READY -> messages.message(b, off, len);
            default -> throw new IllegalStateException("a frame while " + stage);
        }
    }

    private void nonce(Nonce theirs) {
        LinkHandshake h = started();
        LinkHandshake.Ciphers ciphers = h.keys(theirs, Objects.requireNonNull(near()), remote);
        if (telegram.settings.forceDh()) {
            counters.increment(Counter.DH_AGREED);
            lease.raise(Counter.LINKS_DH);
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
        lease.raise(Counter.LINKS_READY);
        telegram.dialled();
        pulse.begin();
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

    /** A link that does not speak or does not listen keeps its clients and gets no new ones. */
    @Override
    public void suspend(boolean now, CloseReason why) {
        if (now && !suspended) {
            suspended = true;
            pool.suspend(this, why);
        } else if (!now && suspended) {
            suspended = false;
            pool.resume(this);
        }
    }

    @Override
    public boolean tookNothing() {
        return output.tookNothing();
    }

    @Override
    public boolean sameFrame() {
        return input.sameFrame();
    }

    @Override
    public boolean readingPaused() {
        return output.readingPaused();
    }

    @Override
    public boolean spare() {
        return lanes.count() == 0 && pool.hasSpare();
    }

    @Override
    public void ping() {
        byte[] ping = new byte[RpcMessages.SHORT_LENGTH];
        RpcMessages.ping(ping, 0, telegram.random.nextLong());
        counters.increment(Counter.LINK_PINGS);
        send(ping);
    }

    /** How long it has been ready, 0 when it never was. */
    long readyMillis() {
        return readyNanos == 0 ? 0 : (System.nanoTime() - readyNanos) / 1_000_000;
    }

    /** Was ready, and new clients should not trust it now. */
    boolean isSuspended() {
        return suspended;
    }

    // ---- from clients to Telegram

    void request(MiddleLane lane, byte[] head, byte[] b, int off, int len) {
        output.frame(head, b, off, len);
        unsent++;
        touch();
        bound();
        if (!lane.blocked && output.pending() > maxOutput / PAUSE_PART) {
            lanes.block(lane);
            counters.increment(Counter.CLIENTS_PAUSED);
            pool.grow();
        }
        if (output.pending() > maxOutput / PAUSE_ALL_PART && !allPaused) {
            allPaused = true;
            counters.add(Counter.CLIENTS_PAUSED, lanes.blockAll());
        }
    }

    /** A middle proxy that does not read must not cost us memory without end. */
    private void bound() {
        if (output.pending() > maxOutput) {
            loop.execute(() -> end(CloseReason.LINK_STUCK, "it does not read: over " + maxOutput + " bytes wait"));
        }
    }

    /** Tells Telegram that a client connection is gone. */
    void closeConnection(long id) {
        byte[] message = new byte[RpcMessages.SHORT_LENGTH];
        RpcMessages.closeConn(message, 0, id);
        send(message);
    }

    /** A short message of our own. */
    void send(byte[] message) {
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
        } else if (output.pending() < maxOutput / RESUME_PART) {
            unsent = output.pending() == 0 ? 0 : unsent;
            allPaused = false;
            lanes.resume();
        }
    }

    @Override
    protected void writable() {
        flush();
    }

    /** Reads no more, or goes on: the clients together do not take what comes. */
    void pauseReading(boolean paused) {
        if (stage == Stage.READY) {
            output.pauseReading(paused);
            pulse.heard(); // what we do not read is no silence
        }
    }

    // ---- the clients on this link

    void add(MiddleLane lane) {
        lanes.add(lane);
    }

    void remove(MiddleLane lane) {
        lanes.remove(lane);
        if (retired && lanes.count() == 0) {
            loop.execute(() -> end(CloseReason.LINK_RETIRED, ""));
        }
    }

    /** How many clients it serves. */
    int laneCount() {
        return lanes.count();
    }

    /** Takes no new clients any more and ends with the last one. */
    void retire() {
        retired = true;
        if (lanes.count() == 0) {
            end(CloseReason.LINK_RETIRED, "");
        }
    }

    // ---- the end

    @Override
    protected void targetEnded() {
        end(stage == Stage.READY ? CloseReason.LINK_CLOSED : CloseReason.LINK_HANDSHAKE_REFUSED,
                "closed by the middle proxy");
    }

    @Override
    protected void lost(IOException cause) {
        CloseReason reason = stage == Stage.DIALING ? CloseReason.LINK_CONNECT_FAILED : CloseReason.LINK_FAILED;
        String detail = cause.getMessage();
        end(reason, detail == null ? cause.toString() : detail);
    }

    @Override
    protected void broken(RuntimeException bug) {
        end(CloseReason.INTERNAL_ERROR, bug.toString());
    }

    @Override
    public void end(CloseReason reason, String detail) {
        if (stage == Stage.ENDED) {
            return;
        }
        Stage reached = stage;
        stage = Stage.ENDED;
        count(reached, reason);
        loop.cancel(deadline);
        pulse.end();
        forget();
        loop.close(this);
        counters.add(Counter.QUERIES_LOST, unsent);
        output.clear();
        input.close();
        lanes.end(reason == CloseReason.SHUTDOWN ? reason : CloseReason.LINK_LOST);
        pool.ended(this, reason, detail);
    }

    private void count(Stage reached, CloseReason reason) {
        lease.end(reason);
        if (reached == Stage.DIALING) {
            counters.increment(Counter.LINK_DIALS_FAILED);
        }
        if (reached == Stage.READY) {
            counters.increment(reason == CloseReason.LINK_IDLE ? Counter.LINKS_IDLE_EVICTED : Counter.LINKS_LOST);
        } else {
            telegram.dialled();
        }
    }
}
