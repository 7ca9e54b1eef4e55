package io.mtproxy.wire.faketls;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records apart that follow a fake handshake, in any segmentation, without copying: {@link #window} gives it bytes
 * as they came, {@link #next} finds the payload in them. It keeps what it must know of a header or record that goes on in the
 * next window, so that a window is always used up. Borders of records mean nothing to the payload. One per direction, one
 * owner thread; allocates nothing.
 */
public final class RecordReader {
    private static final byte[] EMPTY = new byte[0];

    /** a ChangeCipherSpec may come, before everything else */
    private boolean changeCipherSpec;
    private boolean inChangeCipherSpec;
    /** bytes of the header that have been seen */
    private int header;
    private int length;
    /** payload bytes of the record that are still to come */
    private int left;

    private byte[] b = EMPTY;
    private int at;
    private int end;
    private int payloadOffset;
    private int payloadLength;

    /** What is needed to go on elsewhere, when a window is used up. */
    public record State(boolean changeCipherSpec, boolean inChangeCipherSpec, int header, int length, int left) {}

    private RecordReader(boolean changeCipherSpec) {
        this.changeCipherSpec = changeCipherSpec;
    }

    /** What a client sends: perhaps {@code 14 03 03 00 01 01}, once and first, then application data. */
    public static RecordReader fromClient() {
        return new RecordReader(true);
    }

    /** What a proxy sends behind its answer: application data. */
    public static RecordReader fromServer() {
        return new RecordReader(false);
    }

    /** One that goes on where the saved one stood. */
    public static RecordReader restored(State s) {
        RecordReader reader = new RecordReader(s.changeCipherSpec());
        reader.inChangeCipherSpec = s.inChangeCipherSpec();
        reader.header = s.header();
        reader.length = s.length();
        reader.left = s.left();
        return reader;
    }

    /** The state; the reader is not touched. IllegalStateException when its window is not used up. */
    public State save() {
        if (at < end) {
            throw new IllegalStateException((end - at) + " bytes of the window are not read yet");
        }
        return new State(changeCipherSpec, inChangeCipherSpec, header, length, left);
    }

    /** Gives the next bytes of the stream; those given before must have been used up, {@link #next} must have said false. */
    public void window(byte[] bytes, int off, int len) {
        b = bytes;
        at = off;
        end = off + len;
    }

    /**
     * Finds the next piece of payload in the window.
     *
     * @return false when the window is used up; it is let go of then
     * @throws ProtocolException preallocated: MESSAGE for anything but a record of application data of version 0x0303, LENGTH
     *         for one of more than 16640 bytes (RFC 8446, 5.2). The reader is not to be used any more
     */
    public boolean next() {
        while (at < end) {
            if (left > 0) {
                payloadOffset = at;
                payloadLength = Math.min(left, end - at);
                at += payloadLength;
                left -= payloadLength;
                return true;
            }
            header(b[at++]);
        }
        b = EMPTY;
        at = 0;
        end = 0;
        return false;
    }

    /** Where the piece starts in the window's array. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of the piece, at least 1. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Whether the stream so far ends with a whole record. */
    public boolean atBorder() {
        return left == 0 && header == 0;
    }

    private void header(byte value) {
        if (header == 0) {
            inChangeCipherSpec = changeCipherSpec && value == Tls.CHANGE_CIPHER_SPEC;
            changeCipherSpec = false;
        }
        ProtocolException broken = inChangeCipherSpec ? changeCipherSpec(value) : applicationData(value & 0xff);
        if (broken != null) {
            throw broken;
        }
    }

    private @Nullable ProtocolException changeCipherSpec(byte value) {
        boolean fits = value == Tls.changeCipherSpec(header);
        header = (header + 1) % Tls.CHANGE_CIPHER_SPEC_LENGTH;
        return fits ? null : ProtocolException.of(Kind.MESSAGE);
    }

    private @Nullable ProtocolException applicationData(int value) {
        int index = header++;
        switch (index) {
            case 0 -> {
                return value == Tls.APPLICATION_DATA ? null : ProtocolException.of(Kind.MESSAGE);
            }
            case 1, 2 -> {
                return value == 3 ? null : ProtocolException.of(Kind.MESSAGE);
            }
            case 3 -> {
                length = value << 8;
            }
            default -> {
                header = 0;
                left = length + value;
            }
        }
        return left <= Tls.MAX_CIPHERTEXT && length <= Tls.MAX_CIPHERTEXT ? null : ProtocolException.of(Kind.LENGTH);
    }
}
