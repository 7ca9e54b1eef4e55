package io.mtproxy.proxy.client;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.telegram.Lane;
import io.mtproxy.wire.crypto.AesCtr;

/** The reading half of a session whose lane streams: decrypts and hands on what is there, packets are the two ends' business. */
final class StreamInput implements SessionInput {
    private final EventLoop loop;
    private final AesCtr stream;
    private final Lane lane;
    private boolean closed;

    StreamInput(EventLoop loop, AesCtr stream, Lane lane) {
        this.loop = loop;
        this.stream = stream;
        this.lane = lane;
    }

    @Override
    public void data(byte[] b, int off, int len) {
        for (int done = 0; done < len && !closed;) {
            int n = Math.min(len - done, EventLoop.READ_SIZE);
            byte[] plain = loop.scratch();
            stream.apply(b, off + done, n, plain, EventLoop.HEADROOM);
            lane.forward(plain, EventLoop.HEADROOM, n, false);
            done += n;
        }
    }

    @Override
    public void close() {
        closed = true;
        stream.idle();
    }

    @Override
    public int held() {
        return 0;
    }

    @Override
    public AesCtr.State stream() {
        return stream.save();
    }

    @Override
    public void idle() {
        stream.idle();
    }
}
