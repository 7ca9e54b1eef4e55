package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.Epoll;
import io.mtproxy.proxy.os.Errno;
import java.io.IOException;

/** One {@link EpollLoop} accepting from one socket, which other loops and processes may accept from as well. */
final class EpollListening {
    private final EpollLoop loop;
    private final DescriptorListener listener;
    private final Acceptor acceptor;
    private final int slot;
    /** {@link #acceptAll}, made once. */
    final Runnable accepting = this::acceptAll;
    private boolean watched;
    private boolean paused;
    private boolean resting;

    EpollListening(EpollLoop loop, DescriptorListener listener, Acceptor acceptor) throws IOException {
        this.loop = loop;
        this.listener = listener;
        this.acceptor = acceptor;
        slot = loop.slots.add(this, listener.descriptor());
        listener.shared(1);
        if (!watch()) {
            throw Errno.exception(loop.calls.errno());
        }
    }

    /** Stops or goes on, if it is for that acceptor. */
    void pause(Acceptor forAcceptor, boolean nowPaused) {
        if (forAcceptor == acceptor) {
            paused = nowPaused;
            watchIfWanted();
        }
    }

    private void watchIfWanted() {
        boolean wanted = !paused && !resting;
        if (wanted && !watched) {
            watchOrRest();
        } else if (!wanted && watched) {
            unwatch();
        }
    }

    private boolean watch() {
        int events = listener.isExclusive() ? Epoll.IN | Epoll.EXCLUSIVE : Epoll.IN;
        watched = loop.epoll.add(listener.descriptor(), events, loop.slots.key(slot));
        return watched;
    }

    private void watchOrRest() {
        if (!watch() && listener.descriptor() >= 0) {
            rest();
        }
    }

    private void unwatch() {
        loop.epoll.remove(listener.descriptor());
        watched = false;
    }

    /** Accepts what waits, up to a batch. */
    private void acceptAll() {
        int accepted = 0;
        for (int i = 0; i < LoopCore.ACCEPT_BATCH && watched && acceptor.reserve(loop); i++) {
            int fd = loop.calls.accept(listener.descriptor());
            if (fd >= 0) {
                accepted++;
                accepted(fd);
            } else {
                acceptor.release();
                if (!goOn(loop.calls.errno())) {
                    break;
                }
            }
        }
        if (accepted > 0 && watched && listener.isShared()) {
            // the kernel wakes the first idle one of those that watch: become the last, so that all get their share
            unwatch();
            watchOrRest();
        }
    }

    /** Whether the next connection may be better than the one that failed. */
    private boolean goOn(int errno) {
        return switch (errno) {
            case Errno.EAGAIN -> false;
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> {
                loop.metrics.acceptFailures++;
                rest();
                yield false;
            }
            case Errno.EBADF, Errno.ENOTSOCK, Errno.EINVAL -> { // closed under our hands
                unwatch();
                yield false;
            }
            default -> { // the peer gave up, or the network's error of one connection
                loop.metrics.acceptFailures++;
                yield true;
            }
        };
    }

    private void accepted(int fd) {
        Connection c = null;
        try {
            c = acceptor.accepted(loop, new Endpoint(loop.calls.address(), loop.calls.port()));
            if (c == null) {
                loop.calls.close(fd);
                return;
            }
            listener.complete(loop.calls, fd);
            loop.enter(c, fd);
            c.connected();
        } catch (RuntimeException e) {
            if (c == null) {
                acceptor.release();
                loop.calls.close(fd);
                loop.bugs.bug(e);
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

    /** The loop is closed. */
    void end() {
        listener.shared(-1);
    }
}
