package io.mtproxy.tools.probe;

import io.mtproxy.tools.tls.Segments;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.security.GeneralSecurityException;
import java.util.List;

/** One connection of a prober: does its steps, then listens until the end. One thread. */
final class Conversation {

    private final Patience patience;
    private final TapSocket socket;
    private final byte[] buffer = new byte[64 * 1024];
    private final long deadline;
    private long lastStep;
    /** of the steps before the first byte came */
    private long askedAt;
    private boolean reset;
    private boolean answersFarewell;

    private Conversation(Patience patience, TapSocket socket) {
        this.patience = patience;
        this.socket = socket;
        this.lastStep = System.nanoTime();
        this.askedAt = lastStep;
        this.deadline = lastStep + patience.limit().toNanos();
    }

    /** Talks to one address. */
    static Observation hold(InetSocketAddress address, List<Step> steps, Patience patience) {
        try (TapSocket socket = new TapSocket()) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.connect(address, Math.toIntExact(patience.limit().toMillis()));
            return new Conversation(patience, socket).observe(steps);
        } catch (IOException e) {
            return Observation.of(new byte[0], End.REFUSED, Observation.NEVER, Observation.NEVER);
        }
    }

    private Observation observe(List<Step> steps) throws IOException {
        for (Step step : steps) {
            try {
                take(step);
            } catch (IOException e) {
                // the other side has had enough, or did not speak TLS: reading tells how it ends
            }
        }
        while (!reset && socket.end() == null && left() > 0) {
            read(left());
        }
        return Observation.of(socket.received(), end(), since(socket.firstByte(), askedAt),
                since(socket.ended(), lastStep));
    }

    private End end() {
        End end = socket.end();
        if (reset) {
            return End.OURS;
        }
        if (end == null) {
            return End.OPEN;
        }
        return answersFarewell ? End.CLOSED : end;
    }

    private void take(Step step) throws IOException {
        switch (step) {
            case Step.Send send -> {
                Segments.send(send.bytes(), send.pieces(), socket.getOutputStream());
                stepped();
            }
            case Step.AwaitAnswer await -> awaitAnswer();
            case Step.HalfClose close -> {
                socket.shutdownOutput();
                stepped();
            }
            case Step.Tls tls -> {
                stepped();
                talk(tls);
            }
            case Step.Reset rst -> reset();
        }
    }

    private void stepped() {
        lastStep = System.nanoTime();
        askedAt = socket.count() == 0 ? lastStep : askedAt;
    }

    private void awaitAnswer() throws IOException {
        while (socket.count() == 0 && socket.end() == null && left() > 0) {
            read(left());
        }
        int before = -1;
        while (before < socket.count() && socket.end() == null) {
            before = socket.count();
            read(patience.quiet().toNanos());
        }
    }

    private void talk(Step.Tls tls) throws IOException {
        socket.setSoTimeout(millis(left()));
        answersFarewell = tls.listen() && tls.protocol().equals("TLSv1.2");
        try {
            RealClient.talk(socket, tls);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no " + tls.protocol() + " in this JDK", e);
        }
    }

    private void reset() throws IOException {
        reset = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Reads once, for so long. */
    private void read(long nanos) throws IOException {
        socket.setSoTimeout(millis(nanos));
        try {
            socket.getInputStream().read(buffer);
        } catch (SocketTimeoutException e) {
            // nothing came
        } catch (IOException e) {
            // reset; the socket has kept that
        }
    }

    private long left() {
        return deadline - System.nanoTime();
    }

    private static int millis(long nanos) {
        return (int) Math.max(1, nanos / 1_000_000);
    }

    private static long since(long moment, long start) {
        return moment == Observation.NEVER ? Observation.NEVER : Math.max(0, moment - start);
    }
}
