package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads TL values from a part of an array; everything read is a copy. Every read beyond the end is a MESSAGE error. */
final class TlReader {
    private final ByteBuffer buffer;

    TlReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    TlReader(byte[] bytes, int offset, int length) {
        buffer = ByteBuffer.wrap(bytes, offset, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int int32() {
        try {
            return buffer.getInt();
        } catch (BufferUnderflowException e) {
            throw tooShort(4);
        }
    }

    long int64() {
        try {
            return buffer.getLong();
        } catch (BufferUnderflowException e) {
            throw tooShort(8);
        }
    }

    /** A value without a length of its own: int128, int256, the rest of a message. */
    byte[] raw(int length) {
        if (length < 0 || length > buffer.remaining()) {
            throw tooShort(length);
        }
        byte[] value = new byte[length];
        buffer.get(value);
        return value;
    }

    /** A TL string: one byte of length below 254, else 254 and three; filled with zeros to a multiple of four. */
    byte[] bytes() {
        int start = buffer.position();
        int length = raw(1)[0] & 0xff;
        if (length == 0xfe) {
            byte[] b = raw(3);
            length = (b[0] & 0xff) | ((b[1] & 0xff) << 8) | ((b[2] & 0xff) << 16);
        }
        byte[] value = raw(length);
        raw(-(buffer.position() - start) & 3);
        return value;
    }

    String string() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The number of elements of a boxed vector whose elements need at least the given number of bytes. */
    int vector(int elementSize) {
        expect(Tl.VECTOR);
        return count(elementSize);
    }

    /** The number of elements of a bare vector. */
    int count(int elementSize) {
        int count = int32();
        if (count < 0 || (long) count * elementSize > buffer.remaining()) {
            throw new ProtocolException(Kind.MESSAGE,
                    "vector of " + count + " elements in " + buffer.remaining() + " bytes");
        }
        return count;
    }

    void expect(int constructor) {
        int found = int32();
        if (found != constructor) {
            throw new ProtocolException(Kind.MESSAGE, "constructor %08x instead of %08x".formatted(found, constructor));
        }
    }

    int remaining() {
        return buffer.remaining();
    }

    /** How many bytes were read. */
    int position() {
        return buffer.position();
    }

    byte[] rest() {
        return raw(buffer.remaining());
    }

    private ProtocolException tooShort(int wanted) {
        return new ProtocolException(Kind.MESSAGE, wanted + " bytes wanted, " + buffer.remaining() + " left");
    }
}
