package io.mtproxy.proxy.front;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks one site some hellos at once. Blocks; any thread, each call on its own. */
final class SiteProbe {
    private static final int BUFFER = 1 << 14;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final long deadline;
    private final List<ProbeConnection> connections = new ArrayList<>();
    private @Nullable ProbeFailure firstFailure;

    private SiteProbe(long deadline) {
        this.deadline = deadline;
    }

    /**
     * What came of it.
     *
     * @param failure the first; null when there was none, though time may have run out
     */
    record Outcome(List<Heard> heard, @Nullable ProbeFailure failure) {
        Outcome {
            heard = List.copyOf(heard);
        }
    }

    /** What one connection has offered and heard; null = nothing usable. */
    record Heard(ProbeHello.Kind kind, @Nullable SeenAnswer answer) {}

    /**
     * Sends each hello over a connection of its own.
     *
     * @param preface  what stands before each
     * @param deadline by {@link System#nanoTime}; what is not complete then has failed
     */
    static Outcome ask(String domain, InetSocketAddress target, byte[] preface, List<ProbeHello> hellos,
            long deadline) {
        SiteProbe probe = new SiteProbe(deadline);
        try (Selector selector = Selector.open()) {
            for (ProbeHello hello : hellos) {
                ProbeConnection connection = new ProbeConnection(domain, preface, hello);
                probe.connections.add(connection);
                connection.open(target, selector);
            }
            probe.loop(selector);
        } catch (IOException e) {
            probe.firstFailure = new ProbeFailure("Failed to check domain " + domain + ": " + e.getMessage());
        }
        return probe.outcome();
    }

    private void loop(Selector selector) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        noteFailure();
        for (long left = patience(); left > 0 && !Thread.currentThread().isInterrupted(); left = patience()) {
            selector.select(Math.max(1, left / MILLI));
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid() && key.attachment() instanceof ProbeConnection c
                        && key.channel() instanceof SocketChannel s) {
                    c.ready(key, s, buffer);
                }
            }
            selector.selectedKeys().clear();
            noteFailure();
        }
        connections.forEach(ProbeConnection::finish);
    }

    /** How long nothing has to be done unless something arrives; 0 = all is over. Ends what has become quiet. */
    private long patience() {
        long now = System.nanoTime();
        long next = now;
        for (ProbeConnection connection : connections) {
            if (connection.ended()) {
                continue;
            }
            long end = connection.quietAt(deadline);
            if (end - deadline > 0) {
                end = deadline;
            }
            if (end - now <= 0) {
                connection.finish();
            } else if (next == now || end - next < 0) {
                next = end;
            }
        }
        return next - now;
    }

    private void noteFailure() {
        for (int i = 0; firstFailure == null && i < connections.size(); i++) {
            firstFailure = connections.get(i).failure();
        }
    }

    private Outcome outcome() {
        List<Heard> heard = new ArrayList<>();
        for (ProbeConnection connection : connections) {
            heard.add(new Heard(connection.kind(), connection.seen()));
        }
        return new Outcome(heard, firstFailure);
    }
}
