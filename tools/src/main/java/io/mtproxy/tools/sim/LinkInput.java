package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The frames of one link, read from its socket: plain first, then decrypted. Belongs to the link's reader thread. */
final class LinkInput {
    /** Above the largest packet of a client (1,044,480 bytes) with its head. */
    static final int MAX_FRAME = 2 << 20;
    private static final int CHUNK = 1 << 16;
    private static final int BLOCK = 16;

    private final InputStream in;
    private final LongAdder received;
    private final Idle idle;
    private final FrameReader frames = new FrameReader(MAX_FRAME);
    private final byte[] raw = new byte[CHUNK];
    private int rawLength;
    private byte[] plain = new byte[2 * CHUNK];
    private int begin;
    private int end;
    private int payloadOffset;
    private int payloadLength;
    private @Nullable AesCbc cipher;

    /** What is done before the thread waits for more. */
    interface Idle {
        void run() throws IOException;
    }

    LinkInput(InputStream in, LongAdder received, Idle idle) {
        this.in = in;
        this.received = received;
        this.idle = idle;
    }

    /**
     * Goes to the next frame; its payload stays where {@link #buffer} says until the next call.
     *
     * @return false at the end of the stream
     */
    boolean next() throws IOException {
        while (true) {
            int length = frames.peek(plain, begin, end - begin);
            if (length > FrameWriter.OVERHEAD) {
                frames.verify(plain, begin, length);
                payloadOffset = begin + FrameWriter.HEADER;
                payloadLength = length - FrameWriter.OVERHEAD;
                begin += length;
                return true;
            }
            if (length > 0) {
                begin += length; // a filler word
            } else if (!fill()) {
                return false;
            }
        }
    }

    byte[] buffer() {
        return plain;
    }

    int offset() {
        return payloadOffset;
    }

    int length() {
        return payloadLength;
    }

    /** What comes from now on is encrypted; IOException when bytes came that cannot be. */
    void decrypt(AesCbc chain) throws IOException {
        if (begin != end) {
            throw new IOException((end - begin) + " bytes behind the nonce, expected none before our answer");
        }
        cipher = chain;
    }

    void checksum(ChecksumKind kind) {
        frames.checksum(kind);
    }

    private boolean fill() throws IOException {
        idle.run();
        makeRoom();
        int count = in.read(raw, rawLength, raw.length - rawLength);
        if (count < 0) {
            return false;
        }
        received.add(count);
        rawLength += count;
        AesCbc chain = cipher;
        int whole = chain == null ? rawLength : rawLength & -BLOCK;
        if (chain == null) {
            System.arraycopy(raw, 0, plain, end, whole);
        } else {
            chain.apply(raw, 0, whole, plain, end);
        }
        end += whole;
        System.arraycopy(raw, whole, raw, 0, rawLength - whole);
        rawLength -= whole;
        return true;
    }

    /** For a chunk behind what is there, and for the whole frame of which the beginning is there. */
    private void makeRoom() {
        System.arraycopy(plain, begin, plain, 0, end - begin);
        end -= begin;
        begin = 0;
        int needed = Math.max(end, end >= 4 ? Bytes.int32(plain, 0) : 0) + CHUNK;
        if (needed > plain.length) {
            plain = Arrays.copyOf(plain, needed);
        }
    }
}
