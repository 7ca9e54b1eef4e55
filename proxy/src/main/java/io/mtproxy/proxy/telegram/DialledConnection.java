package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.proxy.net.TimerWheel;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.tunnel.Tunnel;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Telegram, directly or through a proxy of {@code --via}: whoever extends it sees the target only, from
 * {@link #opened} on. Until then what comes is the proxy's. Its loop's thread.
 */
abstract class DialledConnection extends Connection {
    private final Vias vias;
    private final Counters counters;
    /** Until it is through a proxy; else null. */
    private @Nullable Passage passage;
    private boolean direct;
    private boolean proxyFailed;
    private @Nullable Endpoint bound;

    /** What exists while a proxy is asked. */
    private record Passage(Vias.Attempt attempt, Tunnel tunnel, TimerWheel.Timer deadline) {
        IOException failure(String why, @Nullable Exception cause) {
            return new IOException("through " + attempt.via() + ": " + why, cause);
        }
    }

    DialledConnection(EventLoop loop, Vias vias, Counters counters) {
        super(loop);
        this.vias = vias;
        this.counters = counters;
    }

    // ---- what the target does

    /** The target is reached: the first call, once. */
    protected abstract void opened();

    /** Bytes have come from the target, as {@link Connection#data} has them. */
    protected abstract void received(byte[] b, int off, int len);

    /** The target has sent FIN. */
    protected abstract void targetEnded();

    /** The target is not reached, or is lost. The owner has to close. */
    protected abstract void lost(IOException cause);

    // ---- becoming open

    /** Begins; {@link #opened} or {@link #lost} follows within that time, never during this call. */
    final void dial(InetSocketAddress target, @Nullable InetSocketAddress source, int limitMillis) {
        Vias.Attempt attempt = vias.choose();
        if (attempt == null) {
            loop.connect(this, target, source, limitMillis);
            return;
        }
        counters.increment(Counter.VIA_ATTEMPTS);
        TimerWheel.Timer deadline = loop.after(limitMillis,
                () -> late("not through within " + limitMillis + " ms"));
        InetSocketAddress at = attempt.at();
        passage = new Passage(attempt, attempt.via().to(target), deadline);
        loop.connect(this, at, sameFamily(source, at) ? source : null, limitMillis);
    }

    private static boolean sameFamily(@Nullable InetSocketAddress source, InetSocketAddress target) {
        return source != null && source.getAddress().getClass() == target.getAddress().getClass();
    }

    @Override
    protected final void connected() {
        Passage p = passage;
        if (p == null) {
            direct = true;
            opened();
        } else {
            byte[] greeting = new byte[Tunnel.MAX_MESSAGE];
            say(greeting, p.tunnel.greet(greeting, 0));
        }
    }

    @Override
    protected final void data(byte[] b, int off, int len) {
        Passage p = passage;
        if (p == null) {
            received(b, off, len);
        } else {
            through(p, b, off, len);
        }
    }

    private void through(Passage p, byte[] b, int off, int len) {
        byte[] answer = new byte[Tunnel.MAX_MESSAGE];
        int at = off;
        int end = off + len;
        try {
            while (at < end && passage == p && !p.tunnel.open()) {
                at += p.tunnel.feed(b, at, end - at);
                say(answer, p.tunnel.answer(answer, 0));
            }
        } catch (ProtocolException e) {
            refused(p, e);
            return;
        }
        if (passage == p && p.tunnel.open()) {
            open(p);
            if (at < end && isOpen()) {
                received(b, at, end - at);
            }
        }
    }

    /** A message is shorter than any kernel's buffer, and each is sent when the one before was answered. */
    private void say(byte[] message, int length) {
        if (length == 0) {
            return;
        }
        Output out = new Output(loop.buffers());
        out.append(message, 0, length);
        boolean sent = out.send(loop, this) && out.pending() == 0;
        out.clear();
        if (!sent) {
            failed(new IOException("it takes nothing"));
        }
    }

    private void open(Passage p) {
        forget();
        vias.worked(p.attempt);
        Address told = p.tunnel.bound();
        bound = told == null ? null : new Endpoint(told.ip(), told.port());
        opened();
    }

    /** Takes over a connection of another process that was through. */
    final void adopt(int descriptor) throws IOException {
        direct = true;
        loop.adopt(descriptor, this);
    }

    /** Our end as the target sees it; null when a proxy does not tell. From {@link #opened} on. */
    final @Nullable Endpoint near() {
        return direct ? loop.local(this) : bound;
    }

    // ---- failing

    private void refused(Passage p, ProtocolException e) {
        String why = String.valueOf(e.getMessage());
        if (e.kind() == ProtocolException.Kind.UNREACHED) {
            forget();
            counters.increment(Counter.VIA_FAILURES);
            vias.worked(p.attempt);
            lost(p.failure(why, e));
        } else {
            failed(new IOException(why, e));
        }
    }

    @Override
    protected final void halfClosed() {
        if (passage == null) {
            targetEnded();
        } else {
            failed(new IOException("closed before it was through"));
        }
    }

    @Override
    protected final void failed(IOException cause) {
        Passage p = passage;
        if (p == null) {
            lost(cause);
            return;
        }
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        forget();
        counters.increment(Counter.VIA_FAILURES);
        proxyFailed = true;
        vias.failed(p.attempt, why);
        lost(p.failure(why, cause));
    }

    private void late(String why) {
        Passage p = passage;
        if (p != null) {
            giveUp(why);
            lost(p.failure(why, null));
        }
    }

    /** There is no more time: it is for {@link Vias} to say who is to blame. To be called at the end; nothing follows. */
    final void giveUp(String why) {
        Passage p = passage;
        if (p != null) {
            forget();
            counters.increment(Counter.VIA_FAILURES);
            proxyFailed = vias.silent(p.attempt, why);
        }
    }

    /** Whether it was lost because of a proxy, so that nothing is known of the target. */
    final boolean proxyFailed() {
        return proxyFailed;
    }

    /** No proxy is asked any more: to be called at the end. */
    final void forget() {
        Passage p = passage;
        if (p != null) {
            passage = null;
            loop.cancel(p.deadline);
        }
    }
}
