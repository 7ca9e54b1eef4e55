package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.net.Chunk;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a link. Frames are staged in plain form; they are padded, encrypted and handed to the kernel once per
 * iteration of the loop, or earlier when the staging array is full: small packets then share one cipher call and one write.
 */
final class LinkOutput {
    private static final int STAGING = 64 << 10;
    private static final int SMALL_STAGING = 4 << 10;
    /** Filler words that complete the last cipher block. */
    private static final int MAX_FILL = 12;
    private static final int BLOCK = 16;
    /** So much encrypted data is handed to the kernel at once instead of at the end of the iteration. */
    private static final int EARLY_SEND = 256 << 10;

    private final EventLoop loop;
    private final Connection connection;
    private final Output out;
    private final FrameWriter writer;
    private @Nullable AesCbc cipher;
    private @Nullable Chunk staging;
    private int staged;
    private boolean kernelFull;
    private boolean readingPaused;
    private long taken;
    private long takenWhenAsked;
    private boolean failed;

    LinkOutput(EventLoop loop, Connection connection) {
        this(loop, connection, new FrameWriter());
    }

    /** Goes on where that of a ready link stood. */
    LinkOutput(EventLoop loop, Connection connection, LinkState saved) {
        this(loop, connection, new FrameWriter(saved.writer()));
        cipher = new AesCbc(saved.toTelegram());
        out.append(saved.output(), 0, saved.output().length);
    }

    private LinkOutput(EventLoop loop, Connection connection, FrameWriter writer) {
        this.writer = writer;
        this.loop = loop;
        this.connection = connection;
        this.out = new Output(loop.buffers());
    }

    /** Encrypts everything from here on. */
    void encrypt(AesCbc stream) {
        seal();
        cipher = stream;
    }

    void checksum(ChecksumKind kind) {
        writer.checksum(kind);
    }

    FrameWriter.State writer() {
        return writer.save();
    }

    AesCbc.State keys() {
        AesCbc c = cipher;
        if (c == null) {
            throw new IllegalStateException("no keys yet");
        }
        return c.save();
    }

    /** What waits, encrypted; IllegalStateException when something is not sealed yet. */
    byte[] unsent() {
        if (staging != null) {
            throw new IllegalStateException(staged + " bytes are not sealed");
        }
        return out.copy();
    }

    /** Bytes that wait. */
    long pending() {
        return out.pending() + staged;
    }

    /** Stages a frame with this payload. */
    void frame(byte[] payload) {
        frame(payload, payload, 0, 0);
    }

    /** Stages a frame whose payload is {@code head} and {@code b[off..off+len)}. */
    void frame(byte[] head, byte[] b, int off, int len) {
        int payload = head.length + len;
        Chunk s = stage(payload + FrameWriter.OVERHEAD);
        byte[] a = s.array();
        int at = staged + FrameWriter.HEADER;
        System.arraycopy(head, 0, a, at, head.length);
        System.arraycopy(b, off, a, at + head.length, len);
        staged += writer.seal(a, staged, payload);
    }

    /** A staging array with room for so many more bytes. */
    private Chunk stage(int bytes) {
        Chunk s = staging;
        if (s != null && staged + bytes + MAX_FILL > s.capacity()) {
            seal();
            if (out.pending() >= EARLY_SEND && !kernelFull) {
                send();
            }
            s = null;
        }
        if (s == null) {
            s = loop.buffers().take(Math.max(bytes + MAX_FILL, cipher == null ? SMALL_STAGING : STAGING));
            staging = s;
            staged = 0;
        }
        return s;
    }

    private void seal() {
        Chunk s = staging;
        if (s == null) {
            return;
        }
        AesCbc c = cipher;
        byte[] a = s.array();
        if (c == null) {
            out.append(a, 0, staged);
        } else {
            int length = staged + FrameWriter.fill(a, staged, staged);
            for (int from = 0; from < length;) {
                int n = Math.min(out.room(BLOCK, length - from) & -BLOCK, length - from);
                c.apply(a, from, n, out.array(), out.position());
                out.advance(n);
                from += n;
            }
        }
        staging = null;
        staged = 0;
        loop.buffers().give(s);
    }

    /** Whether something waits of which the kernel has taken nothing since this was last asked. */
    boolean tookNothing() {
        boolean nothing = kernelFull && taken == takenWhenAsked;
        takenWhenAsked = taken;
        return nothing;
    }

    /** Whether the kernel takes no more for now. */
    boolean full() {
        return kernelFull;
    }

    boolean readingPaused() {
        return readingPaused;
    }

    /** Whether the connection is read; here because what it waits for is chosen together. */
    void pauseReading(boolean paused) {
        readingPaused = paused;
        loop.interest(connection, !paused, kernelFull);
    }

    /** Seals and sends; false when the connection has failed. */
    boolean flush() {
        seal();
        send();
        return !failed;
    }

    private void send() {
        if (failed || !connection.isOpen()) {
            return;
        }
        long before = out.pending();
        failed = !out.send(loop, connection);
        taken += before - out.pending();
        boolean full = out.pending() > 0;
        if (full != kernelFull && !failed) {
            kernelFull = full;
            loop.interest(connection, !readingPaused, full);
        }
    }

    void clear() {
        Chunk s = staging;
        if (s != null) {
            staging = null;
            staged = 0;
            loop.buffers().give(s);
        }
        out.clear();
    }
}
