package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Rest;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a link: decrypts what comes and cuts it into checked frames. A frame that is complete in one read is
 * handed on where it was decrypted; only the beginning of an incomplete one is kept.
 */
final class LinkInput {
    private static final int BLOCK = 16;
    private static final int FILLER = 4;
    private static final long NONE = -1;

    private final EventLoop loop;
    private final Frames frames;
    private final FrameReader reader;
    private final Rest rest;
    private @Nullable AesCbc cipher;
    /** Bytes of an incomplete cipher block. */
    private final byte[] tail = new byte[BLOCK];
    private int tailLength;
    private boolean closed;
    /** How many frames and fillers were complete. */
    private long ended;
    /** That number when {@link #sameFrame} was last asked, {@link #NONE} when no frame was incomplete then. */
    private long endedWhenAsked = NONE;

    /** Takes whole frames. */
    interface Frames {
        /** The payload of a checked frame, {@code b[off..off+len)}; the 8 bytes in front and 4 behind may be overwritten. */
        void frame(byte[] b, int off, int len);
    }

    /** @param maxFrame a longer frame closes the link (C waits for any length) */
    LinkInput(EventLoop loop, Frames frames, int maxFrame) {
        this.loop = loop;
        this.reader = new FrameReader(maxFrame);
        this.frames = frames;
        this.rest = new Rest(loop.buffers(), 0);
    }

    /** Goes on where that of a ready link stood. */
    LinkInput(EventLoop loop, Frames frames, int maxFrame, LinkState saved) {
        this.loop = loop;
        this.reader = new FrameReader(saved.reader(), maxFrame);
        this.frames = frames;
        this.rest = new Rest(loop.buffers(), 0);
        rest.keep(saved.rest(), 0, saved.rest().length);
        cipher = new AesCbc(saved.fromTelegram());
        tailLength = saved.tail().length;
        System.arraycopy(saved.tail(), 0, tail, 0, tailLength);
    }

    FrameReader.State reader() {
        return reader.save();
    }

    AesCbc.State keys() {
        return cipher().save();
    }

    /** Bytes of an incomplete cipher block. */
    byte[] tail() {
        return Arrays.copyOf(tail, tailLength);
    }

    /** The beginning of an incomplete frame. */
    byte[] rest() {
        return rest.copy();
    }

    /** Everything behind the frame that is being handled is encrypted. */
    void decrypt(AesCbc stream) {
        cipher = stream;
    }

    void checksum(ChecksumKind kind) {
        reader.checksum(kind);
    }

    /** Whether the frame that was incomplete when this was last asked is so still. */
    boolean sameFrame() {
        long before = endedWhenAsked;
        endedWhenAsked = rest.isEmpty() ? NONE : ended;
        return before != NONE && before == endedWhenAsked;
    }

    /** Nothing more is handed on. */
    void close() {
        closed = true;
        rest.drop();
    }

    /** Bytes from the socket, with {@link EventLoop#HEADROOM} in front that may be overwritten. */
    void data(byte[] b, int off, int len) {
        if (cipher != null) {
            encrypted(b, off, len);
        } else {
            plain(b, off, len);
        }
    }

    /** Only the nonce comes in the clear. A middle proxy may send more before it has seen our handshake. */
    private void plain(byte[] b, int off, int len) {
        rest.room(len);
        System.arraycopy(b, off, rest.array(), rest.length(), len);
        rest.advance(len);
        int length = rest.length();
        int used = cut(rest.array(), 0, length);
        if (closed) {
            return;
        }
        if (cipher == null) {
            rest.keep(rest.array(), used, length - used);
            return;
        }
        byte[] early = new byte[EventLoop.HEADROOM + length - used];
        System.arraycopy(rest.array(), used, early, EventLoop.HEADROOM, length - used);
        rest.drop();
        encrypted(early, EventLoop.HEADROOM, length - used);
    }

    private void encrypted(byte[] b, int off, int len) {
        int from = off - tailLength;
        System.arraycopy(tail, 0, b, from, tailLength);
        int end = off + len;
        int whole = from + ((end - from) & -BLOCK);
        tailLength = end - whole;
        System.arraycopy(b, whole, tail, 0, tailLength);
        while (from < whole && !closed) {
            from += rest.isEmpty() ? burst(b, from, whole) : complete(b, from, whole);
        }
    }

    /** No frame is incomplete: decrypts all that is there and hands frames on in place. */
    private int burst(byte[] b, int from, int end) {
        byte[] plain = loop.scratch();
        int n = Math.min(end - from, EventLoop.READ_SIZE);
        cipher().apply(b, from, n, plain, EventLoop.HEADROOM);
        int used = cut(plain, EventLoop.HEADROOM, EventLoop.HEADROOM + n);
        if (!closed) {
            rest.keep(plain, used, EventLoop.HEADROOM + n - used);
        }
        return n;
    }

    /** Completes a frame: decrypts behind what is there of it, at most to the block in which it ends. */
    private int complete(byte[] b, int from, int end) {
        // frames, fillers and blocks are whole words, so the length is there; peek has found it within bounds
        int missing = Bytes.int32(rest.array(), 0) - rest.length();
        int n = Math.min(end - from, (missing + BLOCK - 1) & -BLOCK);
        rest.room(n);
        cipher().apply(b, from, n, rest.array(), rest.length());
        rest.advance(n);
        int length = rest.length();
        int used = cut(rest.array(), 0, length);
        if (used > 0 && !closed) {
            rest.keep(rest.array(), used, length - used);
        }
        return n;
    }

    /** Hands on the whole frames in {@code b[from..to)}; returns where the incomplete one begins. */
    private int cut(byte[] b, int from, int to) {
        int at = from;
        boolean plain = cipher == null;
        while (!closed && plain == (cipher == null)) {
            int n = reader.peek(b, at, to - at);
            if (n == 0) {
                return at;
            }
            ended++;
            if (n > FILLER) {
                reader.verify(b, at, n);
                frames.frame(b, at + FrameWriter.HEADER, n - FrameWriter.OVERHEAD);
            }
            at += n;
        }
        return at;
    }

    private AesCbc cipher() {
        AesCbc c = cipher;
        if (c == null) {
            throw new IllegalStateException("no keys yet");
        }
        return c;
    }

    /** What a broken rule is counted under. */
    static CloseReason reasonOf(ProtocolException e) {
        return switch (e.kind()) {
            case LENGTH, TOO_LONG -> CloseReason.LINK_BAD_LENGTH;
            case CHECKSUM -> CloseReason.LINK_BAD_CHECKSUM;
            case SEQUENCE -> CloseReason.LINK_BAD_SEQUENCE;
            case NONCE, HANDSHAKE, UNREACHED, MESSAGE -> CloseReason.LINK_HANDSHAKE_REFUSED;
        };
    }
}
