package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.net.Chunk;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameReader;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a link: decrypts what comes and cuts it into checked frames. A frame that is complete in one read is
 * handed on where it was decrypted; only the rest of an incomplete one is kept, in an array that grows as its bytes come.
 */
final class LinkInput {
    /** Frames from Telegram beyond this close the link (C waits for any length). */
    static final int MAX_FRAME = 16 << 20;

    private static final int BLOCK = 16;
    private static final int FIRST_REST = 4 << 10;

    private final EventLoop loop;
    private final Frames frames;
    private final FrameReader reader = new FrameReader(MAX_FRAME);
    private @Nullable AesCbc cipher;
    /** Bytes of an incomplete cipher block. */
    private final byte[] tail = new byte[BLOCK];
    private int tailLength;
    private @Nullable Chunk rest;
    private int restLength;

    /** Takes whole frames. */
    interface Frames {
        /** The payload of a checked frame; returns false when the link has ended. */
        boolean frame(byte[] b, int off, int len);
    }

    LinkInput(EventLoop loop, Frames frames) {
        this.loop = loop;
        this.frames = frames;
    }

    /** Everything behind the frame that is being handled is encrypted. */
    void decrypt(AesCbc stream) {
        cipher = stream;
    }

    void checksum(ChecksumKind kind) {
        reader.checksum(kind);
    }

    /** Bytes from the socket, with {@link EventLoop#HEADROOM} in front that may be overwritten. */
    void data(byte[] b, int off, int len) {
        if (cipher != null) {
            encrypted(b, off, len);
            return;
        }
        append(b, off, len);
        Chunk r = rest;
        if (r == null) {
            return;
        }
        int used = cut(r.array(), 0, restLength);
        int left = restLength - used;
        if (cipher != null && left > 0) { // the middle proxy did not wait for our handshake
            byte[] early = new byte[EventLoop.HEADROOM + left];
            System.arraycopy(r.array(), used, early, EventLoop.HEADROOM, left);
            dropRest();
            encrypted(early, EventLoop.HEADROOM, left);
        } else {
            keep(r.array(), used, left);
        }
    }

    private void encrypted(byte[] b, int off, int len) {
        int from = off - tailLength;
        System.arraycopy(tail, 0, b, from, tailLength);
        int end = off + len;
        int whole = from + ((end - from) & -BLOCK);
        tailLength = end - whole;
        System.arraycopy(b, whole, tail, 0, tailLength);
        while (from < whole) {
            from += rest == null ? decryptBurst(b, from, whole) : decryptRest(b, from, whole);
        }
    }

    /** No frame is incomplete: decrypts all that is there and hands frames on in place. */
    private int decryptBurst(byte[] b, int from, int end) {
        byte[] plain = loop.scratch();
        int n = Math.min(end - from, EventLoop.READ_SIZE);
        cipher().apply(b, from, n, plain, EventLoop.HEADROOM);
        int used = cut(plain, EventLoop.HEADROOM, EventLoop.HEADROOM + n);
        keep(plain, used, EventLoop.HEADROOM + n - used);
        return n;
    }

    /** Completes a frame: decrypts behind what is there of it, at most to the block in which it ends. */
    private int decryptRest(byte[] b, int from, int end) {
        int missing = restLength < 4 ? BLOCK : frameLength() - restLength;
        int n = Math.min(end - from, (missing + BLOCK - 1) & -BLOCK);
        Chunk r = room(n);
        n = Math.min(n, (r.capacity() - restLength) & -BLOCK);
        cipher().apply(b, from, n, r.array(), restLength);
        restLength += n;
        int used = cut(r.array(), 0, restLength);
        if (used > 0 && rest == r) {
            keep(r.array(), used, restLength - used);
        }
        return n;
    }

    /** Hands on the whole frames in {@code b[from..to)}; returns where the incomplete one begins. */
    private int cut(byte[] b, int from, int to) {
        int at = from;
        boolean plain = cipher == null;
        while (true) {
            int n = reader.peek(b, at, to - at);
            if (n == 0) {
                return at;
            }
            if (n == 4) {
                at += 4;
                continue;
            }
            reader.verify(b, at, n);
            at += n;
            if (!frames.frame(b, at - n + 8, n - 12)) {
                return to;
            }
            if (plain && cipher != null) {
                return at; // what follows is encrypted
            }
        }
    }

    // ---- the incomplete frame

    /** The frame's own word about its length; peek has found it within bounds. */
    private int frameLength() {
        Chunk r = rest;
        return r == null ? 0 : Bytes.int32(r.array(), 0);
    }

    private void append(byte[] b, int off, int len) {
        Chunk r = room(len);
        System.arraycopy(b, off, r.array(), restLength, len);
        restLength += len;
    }

    /** Keeps {@code b[from..from+length)} as the beginning of an incomplete frame; b may be the present rest itself. */
    private void keep(byte[] b, int from, int length) {
        if (length == 0) {
            dropRest();
            return;
        }
        Chunk r = rest;
        if (r == null || r.capacity() < length) {
            r = loop.buffers().take(Math.max(FIRST_REST, length + BLOCK));
            System.arraycopy(b, from, r.array(), 0, length);
            dropRest();
            rest = r;
        } else {
            System.arraycopy(b, from, r.array(), 0, length);
        }
        restLength = length;
    }

    /** The rest with room for so many more bytes, or for some at least; it grows no faster than bytes come. */
    private Chunk room(int bytes) {
        Chunk r = rest;
        if (r != null && r.capacity() - restLength >= bytes) {
            return r;
        }
        Chunk bigger = loop.buffers().take(Math.max(FIRST_REST, Math.max(2 * restLength, restLength + bytes)));
        if (r != null) {
            System.arraycopy(r.array(), 0, bigger.array(), 0, restLength);
            loop.buffers().give(r);
        }
        rest = bigger;
        return bigger;
    }

    private void dropRest() {
        Chunk r = rest;
        if (r != null) {
            rest = null;
            restLength = 0;
            loop.buffers().give(r);
        }
    }

    private AesCbc cipher() {
        AesCbc c = cipher;
        if (c == null) {
            throw new IllegalStateException("no keys yet");
        }
        return c;
    }

    void clear() {
        dropRest();
    }
}
