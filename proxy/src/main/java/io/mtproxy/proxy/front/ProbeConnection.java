package io.mtproxy.proxy.front;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection of a probe: connect, send the hello, read until the site waits. One owner thread. */
final class ProbeConnection implements AutoCloseable {
    /** Flights with fewer bytes cannot hold a certificate and its proof: the rest may just be slow. */
    private static final int SHORT_FLIGHT = 300;
    private static final long MILLI = 1_000_000;
    /** Silence that ends a flight: the time of some round trips, so that a lost segment is still waited for. */
    private static final long MIN_QUIET = 250 * MILLI;
    private static final long MAX_QUIET = 1500 * MILLI;
    private static final int ROUND_TRIPS = 4;
    /** C sees these from connect() itself; all other errors come later, when it writes. */
    private static final Set<String> AT_ONCE = Set.of("Network is unreachable", "Permission denied",
            "Operation not permitted", "Cannot assign requested address", "Invalid argument");

    private final String domain;
    private final ProbeHello hello;
    private final FlightParser parser;
    private final ByteBuffer unsent;
    private final long begun = System.nanoTime();
    private @Nullable SocketChannel channel;
    private @Nullable ProbeFailure failure;
    private @Nullable SeenAnswer seen;
    private long quiet = MAX_QUIET;
    private long lastByte;

    ProbeConnection(String domain, byte[] preface, ProbeHello hello) {
        this.domain = domain;
        this.hello = hello;
        this.parser = new FlightParser(domain, hello.sessionId());
        this.unsent = ByteBuffer.allocate(preface.length + hello.record().length).put(preface).put(hello.record())
                .flip();
    }

    ProbeHello.Kind kind() {
        return hello.kind();
    }

    /** What the site answered; null before the end, and when there was a failure. */
    @Nullable
    SeenAnswer seen() {
        return seen;
    }

    @Nullable
    ProbeFailure failure() {
        return failure;
    }

    boolean ended() {
        return seen != null || failure != null;
    }

    /** Begins to connect. */
    void open(InetSocketAddress target, Selector selector) {
        try {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            boolean connected = opened.connect(target);
            opened.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
        } catch (IOException e) {
            fail(channel == null ? "Failed to open socket for " + domain + ": " + reason(e) : connectLine(e));
        }
    }

    /** Does what the socket is ready for. */
    void ready(SelectionKey key, SocketChannel socket, ByteBuffer buffer) {
        try {
            if (key.isConnectable()) {
                connected(key, socket);
            } else if (key.isWritable()) {
                write(key, socket);
            } else if (key.isReadable()) {
                read(socket, buffer);
            }
        } catch (ProbeFailure e) {
            failure = e;
            close();
        }
    }

    private void connected(SelectionKey key, SocketChannel socket) {
        try {
            socket.finishConnect();
        } catch (IOException e) {
            fail(connectLine(e));
            return;
        }
        long roundTrip = System.nanoTime() - begun;
        quiet = Math.clamp(ROUND_TRIPS * roundTrip, MIN_QUIET, MAX_QUIET);
        write(key, socket);
    }

    private void write(SelectionKey key, SocketChannel socket) {
        try {
            socket.write(unsent);
            key.interestOps(unsent.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException e) {
            fail("Failed to write request for checking domain " + domain + ": " + reason(e));
        }
    }

    private void read(SocketChannel socket, ByteBuffer buffer) throws ProbeFailure {
        int count;
        try {
            count = socket.read(buffer.clear());
        } catch (IOException e) {
            fail(readLine() + reason(e));
            return;
        }
        lastByte = System.nanoTime();
        if (count > 0) {
            parser.feed(buffer.array(), buffer.arrayOffset(), count);
        } else if (parser.complete()) {
            finish();
        } else {
            fail(readLine() + "Read less bytes than expected");
        }
    }

    private String readLine() {
        return parser.bytes() == 0
                ? "Failed to read response header for checking domain " + domain + ": "
                : "Failed to read response from " + domain + ": ";
    }

    private String connectLine(IOException e) {
        String reason = reason(e);
        return AT_ONCE.contains(reason)
                ? "Failed to connect to " + domain + ": " + reason
                : "Failed to write request for checking domain " + domain + ": " + reason;
    }

    /** In the system's words. */
    private static String reason(IOException e) {
        String reason = e.getMessage();
        if (reason == null) {
            return e.toString();
        }
        return reason.equals("Connection reset") ? "Connection reset by peer" : reason;
    }

    /** When the flight will be over if nothing more comes, by {@link System#nanoTime}; a far time when it is incomplete. */
    long quietAt(long far) {
        if (!parser.complete()) {
            return far;
        }
        return lastByte + (parser.encryptedBytes() < SHORT_FLIGHT ? Math.max(quiet, MAX_QUIET) : quiet);
    }

    /** The site waits, or there is no more time: takes what was seen, if anything. */
    void finish() {
        if (!ended() && parser.complete()) {
            seen = parser.seen();
        }
        close();
    }

    private void fail(String line) {
        failure = new ProbeFailure(line);
        close();
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // nothing is lost: all was read
        }
    }
}
