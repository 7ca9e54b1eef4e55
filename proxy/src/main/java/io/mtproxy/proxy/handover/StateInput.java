package io.mtproxy.proxy.handover;

import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link StateOutput} wrote. IOException for what cannot be that. */
final class StateInput {
    private final byte[] bytes;
    private final int[] descriptors;
    private int at;
    private int descriptorAt;

    StateInput(Parcel parcel) {
        this.bytes = parcel.bytes();
        this.descriptors = parcel.descriptors();
    }

    int number() throws IOException {
        return Bytes.int32(bytes, take(Integer.BYTES));
    }

    /** A number of things that follow, each of at least a byte. */
    int count() throws IOException {
        int count = number();
        if (count < 0 || count > bytes.length - at) {
            throw new IOException(count + " things, in " + (bytes.length - at) + " bytes");
        }
        return count;
    }

    long longNumber() throws IOException {
        return Bytes.int64(bytes, take(Long.BYTES));
    }

    boolean flag() throws IOException {
        int value = bytes[take(1)];
        if (value != 0 && value != 1) {
            throw new IOException("a flag is " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    byte[] bytes() throws IOException {
        int length = count();
        int from = take(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    byte[] bytes(int expected) throws IOException {
        byte[] value = bytes();
        if (value.length != expected) {
            throw new IOException(value.length + " bytes, expected " + expected);
        }
        return value;
    }

    String text() throws IOException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    <E extends Enum<E>> E constant(Class<E> type) throws IOException {
        String name = text();
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new IOException(type.getSimpleName() + " is " + name + ", which this version does not know", e);
        }
    }

    /** -1 where none was given. */
    int descriptor() throws IOException {
        if (!flag()) {
            return -1;
        }
        if (descriptorAt == descriptors.length) {
            throw new IOException("a descriptor is missing: " + descriptors.length + " came");
        }
        return descriptors[descriptorAt++];
    }

    /** All must have been read. */
    void end() throws IOException {
        if (at != bytes.length || descriptorAt != descriptors.length) {
            throw new IOException((bytes.length - at) + " bytes and " + (descriptors.length - descriptorAt)
                    + " descriptors too many");
        }
    }

    private int take(int length) throws IOException {
        if (bytes.length - at < length) {
            throw new IOException("ends after " + bytes.length + " bytes, " + (at + length) + " expected");
        }
        int from = at;
        at += length;
        return from;
    }
}
