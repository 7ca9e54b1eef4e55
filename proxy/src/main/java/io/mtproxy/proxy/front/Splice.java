package io.mtproxy.proxy.front;

import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Output;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A connection that is not ours, passed on to the site: every byte, the end of each direction, and resets. The client's side
 * stays with its owner, who hands over what happens there; this object is the site's side. One per client, on its loop's
 * thread.
 */
public final class Splice extends Connection {
    /** Reading from one side stops while more than so many bytes wait for the other. */
    private static final int FULL = 64 << 10;
    /** After so many sweeps without a byte it is dead ... */
    private static final int DEAD = 10;
    /** ... and after so many when the client has got the site's end, and owes its own. */
    private static final int LEFT_BY_SITE = 1;

    private final Splices all;
    private final Owner owner;
    private final InetSocketAddress target;
    private final End client;
    private final End site = new End(this);
    private boolean established;
    private boolean siteActed;
    private boolean closed;
    /** Sweeps since something passed. */
    private int quiet;

    /** Whose client it is. */
    public interface Owner {
        /** The site has sent its first byte, or has ended what it had begun: from now on the client sees what the site does. Told once. */
        void siteActs();

        /** It is over, and the site's side closed: the client's is to be closed, too. Told once, never after {@link #abort}. */
        void over(Outcome outcome);
    }

    /** How a splice ends. */
    public enum Outcome {
        /** both sides have sent all that they had, or the site has and the client does nothing about it */
        DONE,
        /** the site was not reached: the client is to see a reset, as from a machine where nobody listens */
        UNREACHED,
        /** the site was lost, or has reset: the client is to see a reset */
        RESET,
        /** too many others, or nothing passed for long: the client is to see a reset */
        EVICTED
    }

    /** One side: what waits for it, and what it is watched for. */
    private final class End {
        final Connection connection;
        final Output waiting = new Output(loop.buffers());
        /** its FIN has come */
        boolean ended;
        /** the other's FIN was passed on to it */
        boolean told;
        boolean paused;
        boolean wantsWrite;

        End(Connection connection) {
            this.connection = connection;
        }

        void watch(boolean nowPaused, boolean nowWantsWrite) {
            if (paused != nowPaused || wantsWrite != nowWantsWrite) {
                paused = nowPaused;
                wantsWrite = nowWantsWrite;
                loop.interest(connection, !paused, wantsWrite);
            }
        }
    }

    Splice(Splices all, Connection client, Owner owner, InetSocketAddress target) {
        super(all.loop);
        this.all = all;
        this.owner = owner;
        this.target = target;
        this.client = new End(client);
    }

    // ---- to another process

    /** What is needed to go on elsewhere; nothing is touched. */
    public SpliceState save() {
        return new SpliceState(established ? loop.descriptor(this) : -1, target, client.waiting.copy(),
                site.waiting.copy(), siteActed, client.ended, site.ended, client.told, site.told);
    }

    /** Goes on where the saved one stood. */
    void restore(SpliceState s) {
        established = s.descriptor() >= 0;
        siteActed = s.siteActed();
        client.waiting.append(s.toClient(), 0, s.toClient().length);
        site.waiting.append(s.toSite(), 0, s.toSite().length);
        client.ended = s.clientEnded();
        site.ended = s.siteEnded();
        client.told = s.toldClient();
        site.told = s.toldSite();
        client.connection.touch();
        touch();
    }

    // ---- the client's side

    /** Where the client is passed on to. */
    public InetSocketAddress target() {
        return target;
    }

    /** Bytes have come from the client; copied. */
    public void fromClient(byte[] b, int off, int len) {
        pass(b, off, len, site);
    }

    /** The client has sent FIN. */
    public void clientEnded() {
        client.ended = true;
        touch();
    }

    /** To be called by the client's {@code flush} and {@code writable}. */
    public void flushToClient() {
        if (!closed && !send(client, site)) {
            over(Outcome.RESET);
        }
    }

    /** The client is gone, or is ours after all: the site sees a reset. */
    public void abort() {
        if (!closed) {
            close();
            loop.abort(this);
        }
    }

    /** Bytes of memory that wait for either side. */
    public long held() {
        return client.waiting.pending() + site.waiting.pending();
    }

    // ---- the site's side

    @Override
    protected void connected() {
        established = true;
        touch();
    }

    @Override
    protected void data(byte[] b, int off, int len) {
        acted();
        pass(b, off, len, client);
    }

    @Override
    protected void halfClosed() {
        acted();
        site.ended = true;
        quiet = 0;
        client.connection.touch();
    }

    @Override
    protected void writable() {
        flush();
    }

    @Override
    protected void flush() {
        if (!closed && established && !send(site, client)) {
            failed(new IOException("the site takes nothing any more"));
        }
    }

    @Override
    protected void failed(IOException cause) {
        if (!established) {
            over(Outcome.UNREACHED);
            return;
        }
        acted();
        flushToClient(); // what the site said before
        over(Outcome.RESET);
    }

    private void acted() {
        if (!siteActed && !closed) {
            siteActed = true;
            owner.siteActs();
        }
    }

    // ---- both sides

    private void pass(byte[] b, int off, int len, End to) {
        if (!closed) {
            quiet = 0;
            to.waiting.append(b, off, len);
            to.connection.touch();
            if (to.waiting.pending() > FULL) {
                End from = to == site ? client : site;
                from.watch(true, from.wantsWrite);
            }
        }
    }

    /** Gives one side what waits for it, and FIN behind the other's last byte; false when it takes nothing any more. */
    private boolean send(End to, End from) {
        if (!to.waiting.send(loop, to.connection)) {
            return false;
        }
        long left = to.waiting.pending();
        to.watch(to.paused, left > 0);
        from.watch(left > FULL, from.wantsWrite);
        if (left == 0 && from.ended && !to.told) {
            to.told = true;
            quiet = 0; // its time for an end of its own begins now
            loop.shutdownOutput(to.connection);
        }
        if (client.told && site.told) {
            over(Outcome.DONE);
        }
        return true;
    }

    /** Called now and then: ends what is dead. */
    void sweep() {
        if (client.told && quiet >= LEFT_BY_SITE) {
            over(Outcome.DONE);
        } else if (quiet >= DEAD) {
            over(Outcome.EVICTED);
        }
        quiet++;
    }

    void over(Outcome outcome) {
        if (closed) {
            return;
        }
        close();
        if (outcome == Outcome.DONE) {
            loop.close(this);
        } else {
            loop.abort(this);
        }
        owner.over(outcome);
    }

    private void close() {
        closed = true;
        client.waiting.clear();
        site.waiting.clear();
        all.remove(this);
    }
}
