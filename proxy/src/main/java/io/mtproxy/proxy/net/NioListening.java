package io.mtproxy.proxy.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** One {@link NioLoop} accepting from one socket, which other loops may accept from as well. */
final class NioListening {
    private final NioLoop loop;
    private final Acceptor acceptor;
    private final SocketSettings settings;
    private final SelectionKey key;
    /** {@link #acceptAll}, made once. */
    final Runnable accepting = this::acceptAll;
    private boolean paused;
    private boolean resting;

    NioListening(NioLoop loop, Selector selector, ChannelListener listener, Acceptor acceptor) throws IOException {
        this.loop = loop;
        this.acceptor = acceptor;
        settings = listener.accepted();
        ServerSocketChannel channel = listener.channel();
        channel.configureBlocking(false);
        key = channel.register(selector, 0, this);
        watchIfWanted();
    }

    /** Stops or goes on, if it is for that acceptor. */
    void pause(Acceptor forAcceptor, boolean nowPaused) {
        if (forAcceptor == acceptor) {
            paused = nowPaused;
            watchIfWanted();
        }
    }

    private void watchIfWanted() {
        if (key.isValid()) {
            key.interestOps(paused || resting ? 0 : SelectionKey.OP_ACCEPT);
        }
    }

    /** Accepts what waits, up to a batch. */
    private void acceptAll() {
        for (int i = 0; i < LoopCore.ACCEPT_BATCH && !paused && acceptor.reserve(loop); i++) {
            try {
                SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
                if (channel == null) {
                    acceptor.release();
                    return;
                }
                accepted(channel);
            } catch (ClosedChannelException e) {
                acceptor.release();
                return;
            } catch (IOException e) {
                acceptor.release();
                loop.metrics.acceptFailures++;
                rest();
                return;
            }
        }
    }

    private void accepted(SocketChannel channel) throws IOException {
        InetSocketAddress peer;
        SelectionKey connection;
        try {
            peer = (InetSocketAddress) channel.getRemoteAddress();
            connection = loop.prepare(channel, settings);
        } catch (IOException e) { // reset before we looked at it: one client, not the listener
            acceptor.release();
            loop.metrics.acceptFailures++;
            channel.close();
            return;
        }
        Connection c = null;
        try {
            c = acceptor.accepted(loop, Endpoint.of(peer));
            if (c == null) {
                NioLoop.closeQuietly(connection);
                return;
            }
            loop.enter(c, connection);
            c.connected();
        } catch (RuntimeException e) {
            if (c == null) {
                acceptor.release();
                loop.bugs.bug(e);
                NioLoop.closeQuietly(connection);
            } else {
                loop.broken(c, e);
            }
        }
    }

    private void rest() {
        resting = true;
        watchIfWanted();
        loop.after(LoopCore.ACCEPT_REST_MILLIS, () -> {
            resting = false;
            watchIfWanted();
        });
    }
}
