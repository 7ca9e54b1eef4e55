package io.mtproxy.proxy.stats;

import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** {@link HttpRequests} on a socket. While the peer does not take its answers, nothing more is read from it. */
final class StatsConnection extends Connection {
    private static final byte[] NOTHING = new byte[0];

    private final HttpRequests requests;
    private final Output output;
    private byte[] unread = NOTHING;
    private boolean noMore;

    StatsConnection(EventLoop loop, HttpRequests requests) {
        super(loop);
        this.requests = requests;
        this.output = new Output(loop.buffers());
    }

    @Override
    protected void data(byte[] b, int off, int len) {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        int taken = requests.feed(b, off, len, answers);
        unread = taken == len ? NOTHING : Arrays.copyOfRange(b, off + taken, off + len);
        byte[] bytes = answers.toByteArray();
        if (bytes.length > 0) {
            output.append(bytes, 0, bytes.length);
        }
        touch();
    }

    @Override
    protected void flush() {
        if (!isOpen()) {
            return;
        }
        if (!output.send(loop, this)) {
            end();
        } else if (output.pending() > 0) {
            loop.interest(this, false, true);
        } else if (requests.closing() || (noMore && unread.length == 0)) {
            end();
        } else {
            loop.interest(this, !noMore, false);
            next();
        }
    }

    private void next() {
        byte[] bytes = unread;
        if (bytes.length > 0) {
            data(bytes, 0, bytes.length);
        }
    }

    @Override
    protected void halfClosed() {
        noMore = true;
        touch();
    }

    @Override
    protected void writable() {
        touch();
    }

    @Override
    protected void failed(IOException cause) {
        end();
    }

    private void end() {
        requests.end();
        output.clear();
        loop.close(this);
    }
}
