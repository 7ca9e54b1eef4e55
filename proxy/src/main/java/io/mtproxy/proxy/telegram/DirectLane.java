package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Lease;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.proxy.net.TimerWheel;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client on a connection of its own to its data centre: {@link #dial the way is found}, our header opens it, and the
 * client's stream goes through as it is, only encrypted anew. The client keeps its transport; nothing is framed or waits for
 * the end of a packet. Each side is read no further than the other one takes it.
 */
final class DirectLane implements Lane {
    /** The client is paused when more than so many bytes wait for Telegram ... */
    private static final int FULL = 256 << 10;
    /** ... until no more than so many do. */
    private static final int ROOM = 64 << 10;

    private final DirectCentres telegram;
    private final EventLoop loop;
    private final LaneClient client;
    private final Origin origin;
    private final @Nullable Centre centre;
    private final Lease lease;
    private final AesCtr toTelegram;
    private final AesCtr fromTelegram;
    private final Output out;

    private Stage stage = Stage.DIALLING;
    private @Nullable Race race;
    private @Nullable DirectLink link;
    private TimerWheel.@Nullable Timer deadline;
    private boolean clientPaused;
    private boolean clientFull;
    private boolean allPaused;
    /** What the loop watches the link for. */
    private boolean readWatched = true;
    private boolean writeWatched;
    private boolean finSent;

    /** How far it has come. */
    private enum Stage {
        DIALLING,
        OPEN,
        /** the client has gone, and Telegram is still to get what came from it */
        LEFT,
        GONE
    }

    /** @param centre null when the client named none that there is */
    DirectLane(DirectCentres telegram, LaneClient client, Origin origin, @Nullable Centre centre) {
        this.telegram = telegram;
        this.loop = telegram.loop;
        this.client = client;
        this.origin = origin;
        this.centre = centre;
        this.lease = new Lease(telegram.counters);
        ObfuscatedHeader.Created header = ObfuscatedHeader.create(origin.transport(), origin.dc(), null,
                telegram.random, telegram.ciphers);
        this.toTelegram = header.toProxy();
        this.fromTelegram = header.fromProxy();
        this.out = new Output(loop.buffers());
        out.append(header.bytes(), 0, header.bytes().length);
    }

    /** Takes over one of another process; {@link #adopt} follows. */
    DirectLane(DirectCentres telegram, LaneClient client, Origin origin, @Nullable Centre centre,
            LaneState.Direct saved) {
        this.telegram = telegram;
        this.loop = telegram.loop;
        this.client = client;
        this.origin = origin;
        this.centre = centre;
        this.lease = new Lease(telegram.counters);
        this.toTelegram = new AesCtr(saved.toTelegram(), telegram.ciphers);
        this.fromTelegram = new AesCtr(saved.fromTelegram(), telegram.ciphers);
        this.out = new Output(loop.buffers());
        out.append(saved.output(), 0, saved.output().length);
    }

    @Override
    public boolean streams() {
        return true;
    }

    // ---- the way is found

    void dial() {
        lease.raise(Counter.DIRECT_SESSIONS);
        telegram.counters.increment(Counter.DIRECT_SESSIONS_BEGUN);
        if (centre == null) {
            telegram.unknown(origin.dc());
            loop.execute(() -> end(CloseReason.UNKNOWN_CENTRE)); // the client is not ready to hear it yet
        } else {
            race = new Race(telegram, this, centre);
        }
    }

    /** Goes on where the saved one stood; one that had not found its way begins again. */
    void adopt(LaneState.Direct saved) throws IOException {
        if (saved.descriptor() < 0) {
            dial();
            return;
        }
        DirectLink l = new DirectLink(telegram, this, null);
        l.adopt(saved.descriptor());
        link = l;
        if (saved.left()) {
            stage = Stage.LEFT;
            telegram.left(this);
            deadline = loop.after(telegram.settings.drainMillis(), this::leave);
        } else {
            stage = Stage.OPEN;
            lease.raise(Counter.DIRECT_SESSIONS);
            SecretUse use = origin.use();
            if (use != null) {
                use.enter(origin.address());
            }
        }
        l.touch();
    }

    @Override
    public LaneState.Direct save() {
        DirectLink l = link;
        return new LaneState.Direct(l == null ? -1 : loop.descriptor(l), toTelegram.save(), fromTelegram.save(),
                out.copy(), stage == Stage.LEFT);
    }

    void connected(DirectLink winner) {
        Race r = race;
        if (r == null || centre == null) {
            throw new IllegalStateException("connected while " + stage);
        }
        r.won(winner);
        race = null;
        link = winner;
        centre.reached();
        if (stage == Stage.DIALLING) {
            stage = Stage.OPEN;
            SecretUse use = origin.use();
            if (use != null) {
                use.enter(origin.address());
            }
        }
        winner.touch();
    }

    /** No address answered in time. */
    void notReached(String why) {
        race = null;
        telegram.counters.forwardError(origin.dc());
        if (centre != null) {
            centre.unreachable(why);
        }
        end(CloseReason.NO_LINK);
    }

    // ---- from the client to Telegram

    @Override
    public void forward(byte[] b, int off, int len, boolean quickAck) {
        if (stage == Stage.GONE || stage == Stage.LEFT) {
            return;
        }
        for (int done = 0; done < len;) {
            int n = Math.min(out.room(1, len - done), len - done);
            toTelegram.apply(b, off + done, n, out.array(), out.position());
            out.advance(n);
            done += n;
        }
        telegram.counters.add(Counter.DIRECT_BYTES_SENT, len);
        if (out.pending() > FULL && !clientPaused) {
            clientPaused = true;
            telegram.counters.increment(Counter.CLIENTS_PAUSED);
            client.pause(true);
        }
        DirectLink l = link;
        if (l != null) {
            l.touch();
        }
    }

    void flush() {
        DirectLink l = link;
        if (stage == Stage.GONE || l == null) {
            return;
        }
        if (!out.send(loop, l)) {
            end(CloseReason.LINK_LOST);
            return;
        }
        long left = out.pending();
        watch(l, reads(), left > 0);
        if (stage == Stage.LEFT) {
            sayFarewell(l, left);
        } else if (clientPaused && left <= ROOM) {
            clientPaused = false;
            client.pause(false);
        }
    }

    // ---- from Telegram to the client

    void fromTelegram(byte[] b, int off, int len) {
        if (stage != Stage.OPEN) {
            return;
        }
        Counters counters = telegram.counters;
        counters.add(Counter.DIRECT_BYTES_RECEIVED, len);
        byte[] plain = loop.scratch();
        fromTelegram.apply(b, off, len, plain, EventLoop.HEADROOM);
        client.answer(plain, EventLoop.HEADROOM, len);
    }

    @Override
    public void hold(boolean full) {
        clientFull = full;
        pause();
    }

    /** The clients of the loop together hold too much, or no more. */
    void pauseReading(boolean paused) {
        allPaused = paused;
        pause();
    }

    private void pause() {
        DirectLink l = link;
        if (l != null) {
            watch(l, reads(), writeWatched);
        }
    }

    /** Of a client that has gone nothing is held, and only reading tells of Telegram's end. */
    private boolean reads() {
        return stage == Stage.LEFT || !(clientFull || allPaused);
    }

    private void watch(DirectLink l, boolean read, boolean write) {
        if (readWatched != read || writeWatched != write) {
            readWatched = read;
            writeWatched = write;
            loop.interest(l, read, write);
        }
    }

    @Override
    public long held() {
        return out.pending();
    }

    @Override
    public void idle() {
        toTelegram.idle();
        fromTelegram.idle();
    }

    // ---- the end

    /** The client has gone. What came from it is delivered, also where the way is still to be found. */
    @Override
    public void close() {
        if (stage == Stage.GONE || stage == Stage.LEFT) {
            return;
        }
        enterEnd();
        stage = Stage.LEFT;
        boolean nothingFromIt = link == null && out.pending() <= ObfuscatedHeader.LENGTH;
        if (nothingFromIt || (link == null && race == null)) {
            leave();
        } else {
            telegram.left(this);
            deadline = loop.after(telegram.settings.drainMillis(), this::leave);
            flush();
        }
    }

    /** All is handed to the kernel: FIN follows, and the close when Telegram's has come. Unread bytes would make it a reset. */
    private void sayFarewell(DirectLink l, long left) {
        if (left == 0 && !finSent) {
            finSent = true;
            loop.shutdownOutput(l);
        }
    }

    @Override
    public void drop() {
        if (stage == Stage.DIALLING || stage == Stage.OPEN) {
            enterEnd();
        }
        leave();
    }

    /** The process ends. */
    void shutDown() {
        end(CloseReason.SHUTDOWN);
    }

    void failed(DirectLink of, IOException cause) {
        Race r = race;
        if (r != null) {
            r.failed(of, cause);
        } else {
            end(CloseReason.LINK_LOST);
        }
    }

    /** Ends the session from the telegram side. */
    void end(CloseReason reason) {
        boolean known = stage == Stage.DIALLING || stage == Stage.OPEN;
        if (known) {
            enterEnd();
        }
        leave();
        if (known) {
            client.ended(reason);
        }
    }

    /** Nobody counts it any more. */
    private void enterEnd() {
        SecretUse use = origin.use();
        if (stage == Stage.OPEN && use != null) {
            use.leave(origin.address());
        }
        lease.release();
    }

    private void leave() {
        if (stage == Stage.GONE) {
            return;
        }
        stage = Stage.GONE;
        loop.cancel(deadline);
        telegram.remove(this);
        Race r = race;
        if (r != null) {
            r.abandon();
            race = null;
        }
        DirectLink l = link;
        if (l != null) {
            link = null;
            loop.close(l);
        }
        out.clear();
        idle();
    }
}
