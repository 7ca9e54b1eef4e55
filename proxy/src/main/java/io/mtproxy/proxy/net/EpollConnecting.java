package io.mtproxy.proxy.net;

import io.mtproxy.proxy.os.Errno;
import io.mtproxy.proxy.os.SocketOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** The connections of one {@link EpollLoop} to others, until they are established. The loop's thread. */
final class EpollConnecting {
    private final EpollLoop loop;
    private final SocketSettings settings;

    EpollConnecting(EpollLoop loop, SocketSettings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    /** The handle of a connection that is not established yet. */
    static final class Attempt {
        TimerWheel.@Nullable Timer deadline;
    }

    /** See {@link EventLoop#connect}. */
    void connect(Connection c, InetSocketAddress target, @Nullable InetSocketAddress source, long deadlineMillis) {
        if (target.getAddress() == null) {
            loop.failSoon(c, new IOException("cannot connect to " + target + ": not resolved"));
            return;
        }
        int fd = loop.calls.socket(target);
        if (fd < 0 || !begin(fd, target, source)) {
            loop.failSoon(c, Errno.exception(loop.calls.errno()));
            loop.calls.close(fd);
            return;
        }
        Attempt attempt = new Attempt();
        attempt.deadline = loop.after(deadlineMillis, () -> {
            if (c.handle == attempt) {
                c.failed(new SocketTimeoutException(
                        "no connection to " + target + " within " + deadlineMillis + " ms"));
            }
        });
        loop.enter(c, fd);
        c.handle = attempt;
        loop.execute(() -> look(c, attempt));
    }

    private boolean begin(int fd, InetSocketAddress target, @Nullable InetSocketAddress source) {
        DescriptorOptions.apply(loop.calls, fd, settings);
        if (source != null && loop.calls.bind(fd, target, source) < 0) {
            return false;
        }
        return loop.calls.connect(fd, target) == 0 || loop.calls.errno() == Errno.EINPROGRESS
                || loop.calls.errno() == Errno.EINTR;
    }

    /** On this machine a connection is there at once: whoever waits for it is spared a turn of the loop. */
    private void look(Connection c, Attempt attempt) {
        if (c.handle == attempt && loop.calls.peer(loop.slots.descriptor(c.slot)) == 0) {
            try {
                established(c, attempt);
            } catch (RuntimeException e) {
                loop.broken(c, e);
            }
        }
    }

    /** The kernel says that it is decided: established, or failed after all. */
    void established(Connection c, Attempt attempt) {
        int error = loop.calls.get(loop.slots.descriptor(c.slot), SocketOption.ERROR);
        if (error != 0) {
            c.failed(Errno.exception(error < 0 ? loop.calls.errno() : error));
            return;
        }
        loop.cancel(attempt.deadline);
        c.handle = null;
        loop.slots.change(c.slot);
        c.connected();
    }
}
