package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection that notes what happens to it and, if told so, echoes. */
class Probe extends Connection {
    final BlockingQueue<String> happened = new LinkedBlockingQueue<>();
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final Output out;
    final Endpoint peer;
    boolean echo;
    int flushes;

    Probe(EventLoop loop, Endpoint peer) {
        super(loop);
        this.peer = peer;
        this.out = new Output(loop.buffers());
    }

    @Override
    protected void connected() {
        happened.add("connected");
    }

    @Override
    protected void data(byte[] b, int off, int len) {
        received.write(b, off, len);
        happened.add("data");
        if (echo) {
            for (int done = 0; done < len;) {
                int n = Math.min(len - done, out.room(1, len - done));
                System.arraycopy(b, off + done, out.array(), out.position(), n);
                out.advance(n);
                done += n;
            }
            touch();
        }
    }

    @Override
    protected void halfClosed() {
        happened.add("half-closed");
    }

    @Override
    protected void writable() {
        flush();
    }

    @Override
    protected void flush() {
        flushes++;
        if (out.send(loop, this)) {
            loop.interest(this, true, out.pending() > 0);
        } else {
            happened.add("write failed");
        }
    }

    @Override
    protected void failed(IOException cause) {
        loop.close(this);
        happened.add("failed: " + cause.getClass().getSimpleName());
    }

    /** Takes what is staged and not sent. */
    byte[] unsent() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Chunk c = out.head; c != null; c = c.next) {
            all.write(c.array, c.start, c.length());
        }
        out.clear();
        return all.toByteArray();
    }

    String next() throws InterruptedException {
        return happened.poll(10, TimeUnit.SECONDS);
    }

    /** Waits for this to happen, passing over data. */
    void await(String what) throws InterruptedException {
        String h = next();
        while ("data".equals(h) && !"data".equals(what)) {
            h = next();
        }
        assertThat(h).isEqualTo(what);
    }
}
