package io.mtproxy.wire.rpc;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.Checksum32;
import io.mtproxy.wire.crypto.ChecksumKind;

/** Reads the RPC frames of one direction, see {@link FrameWriter}. One owner thread; allocates nothing per good frame. */
public final class FrameReader {
    /** overhead and one word: lengths 8 and 12 are refused, 4 is a filler */
    private static final int MIN_LENGTH = FrameWriter.OVERHEAD + 4;

    private final int maxLength;
    private int nextSeqno;
    private Checksum32 checksum;

    /** What is needed to go on elsewhere. */
    public record State(int nextSeqno, ChecksumKind checksum) {}

    /** A direction at its start: sequence number -2, CRC-32. Frames longer than {@code maxLength} are refused. */
    public FrameReader(int maxLength) {
        this(new State(FrameWriter.FIRST_SEQNO, ChecksumKind.CRC32), maxLength);
    }

    /** A direction that goes on where the saved one stood. */
    public FrameReader(State s, int maxLength) {
        if (maxLength < MIN_LENGTH) {
            throw new IllegalArgumentException("maximum of " + maxLength + " bytes, expected at least " + MIN_LENGTH);
        }
        this.maxLength = maxLength;
        nextSeqno = s.nextSeqno();
        checksum = s.checksum().create();
    }

    /** The state; the reader is not touched. */
    public State save() {
        return new State(nextSeqno, checksum.kind());
    }

    /**
     * Looks whether a whole frame stands at {@code b[off]}, of which {@code available} bytes may be looked at.
     *
     * @return its length with the 12 bytes of overhead; 4 for a filler word, which is to be skipped; 0 when more bytes are
     *         needed (from 4 available bytes on the length is checked then, and may be read to size a buffer)
     * @throws ProtocolException LENGTH for one that is not positive, not a multiple of 4, 8, 12, or above the maximum
     */
    public int peek(byte[] b, int off, int available) {
        if (available < 4) {
            return 0;
        }
        int length = Bytes.int32(b, off);
        if (length == FrameWriter.FILLER) {
            return length;
        }
        if (length < MIN_LENGTH || (length & 3) != 0 || length > maxLength) {
            throw new ProtocolException(Kind.LENGTH,
                    "frame of " + length + " bytes, expected " + MIN_LENGTH + ".." + maxLength + " in words");
        }
        return length <= available ? length : 0;
    }

    /**
     * Checks the whole frame at {@code b[off .. off + length)}, with the length from {@link #peek}, and moves to the next
     * sequence number. The payload is {@code b[off + 8 .. off + length - 4)}.
     *
     * @throws ProtocolException SEQUENCE or CHECKSUM; the reader is not to be used any more
     */
    public void verify(byte[] b, int off, int length) {
        if (length < MIN_LENGTH) {
            throw new IllegalArgumentException("frame of " + length + " bytes, expected at least " + MIN_LENGTH);
        }
        int seqno = Bytes.int32(b, off + 4);
        if (seqno != nextSeqno) {
            throw new ProtocolException(Kind.SEQUENCE, "frame " + seqno + ", expected " + nextSeqno);
        }
        int covered = length - FrameWriter.TRAILER;
        int sent = Bytes.int32(b, off + covered);
        int computed = checksum.of(b, off, covered);
        if (sent != computed) {
            throw new ProtocolException(Kind.CHECKSUM, checksum.kind() + " " + Integer.toHexString(sent) + ", expected "
                    + Integer.toHexString(computed));
        }
        nextSeqno++;
    }

    /** Changes the checksum from the next frame on. */
    public void checksum(ChecksumKind kind) {
        checksum = kind.create();
    }
}
