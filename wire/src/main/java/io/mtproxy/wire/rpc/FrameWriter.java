package io.mtproxy.wire.rpc;

import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.Checksum32;
import io.mtproxy.wire.crypto.ChecksumKind;

/**
 * Writes the RPC frames of one direction: {@code u32 length, i32 seqno, payload, u32 checksum}, where the length counts
 * all of it and the checksum covers all before it. One owner thread; allocates nothing per frame.
 */
public final class FrameWriter {
    /** Bytes in front of a payload. */
    public static final int HEADER = 8;
    /** Bytes behind it. */
    public static final int TRAILER = 4;
    /** Both. */
    public static final int OVERHEAD = HEADER + TRAILER;

    /** The sequence number of the nonce frame, the first of a direction. */
    static final int FIRST_SEQNO = -2;
    /** What stands between frames to fill the last cipher block: a length that no frame has. */
    static final int FILLER = 4;
    private static final int BLOCK = 16;

    private int nextSeqno;
    private Checksum32 checksum;

    /** What is needed to go on elsewhere. */
    public record State(int nextSeqno, ChecksumKind checksum) {}

    /** A direction at its start: sequence number -2, CRC-32. */
    public FrameWriter() {
        this(new State(FIRST_SEQNO, ChecksumKind.CRC32));
    }

    /** A direction that goes on where the saved one stood. */
    public FrameWriter(State s) {
        nextSeqno = s.nextSeqno();
        checksum = s.checksum().create();
    }

    /** The state; the writer is not touched. */
    public State save() {
        return new State(nextSeqno, checksum.kind());
    }

    /**
     * Completes the frame whose payload stands at {@code b[off + 8 .. off + 8 + payloadLength)}: length and sequence number
     * in front, checksum behind.
     *
     * @param payloadLength a positive multiple of 4, else IllegalArgumentException
     * @return the frame's length
     */
    public int seal(byte[] b, int off, int payloadLength) {
        if (payloadLength <= 0 || (payloadLength & 3) != 0) {
            throw new IllegalArgumentException("payload of " + payloadLength + " bytes, expected a multiple of 4");
        }
        int length = payloadLength + OVERHEAD;
        Bytes.putInt32(b, off, length);
        Bytes.putInt32(b, off + 4, nextSeqno);
        Bytes.putInt32(b, off + HEADER + payloadLength, checksum.of(b, off, HEADER + payloadLength));
        nextSeqno++;
        return length;
    }

    /** Changes the checksum from the next frame on. */
    public void checksum(ChecksumKind kind) {
        checksum = kind.create();
    }

    /**
     * Writes filler words at {@code b[off]} until {@code length}, what stands before them in the flush, is a multiple of 16.
     *
     * @param length a multiple of 4
     * @return bytes written: 0, 4, 8 or 12
     */
    public static int fill(byte[] b, int off, int length) {
        if ((length & 3) != 0) {
            throw new IllegalArgumentException("flush of " + length + " bytes, expected a multiple of 4");
        }
        int missing = -length & (BLOCK - 1);
        for (int i = 0; i < missing; i += 4) {
            Bytes.putInt32(b, off + i, FILLER);
        }
        return missing;
    }
}
