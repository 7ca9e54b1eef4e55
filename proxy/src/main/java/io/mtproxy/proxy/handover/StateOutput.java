package io.mtproxy.proxy.handover;

import io.mtproxy.wire.crypto.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Values one after the other: numbers little-endian, bytes behind their length; descriptors travel beside. */
final class StateOutput {
    private byte[] bytes = new byte[64 << 10];
    private int length;
    private int[] descriptors = new int[64];
    private int descriptorCount;

    void number(int value) {
        room(Integer.BYTES);
        Bytes.putInt32(bytes, length, value);
        length += Integer.BYTES;
    }

    void number(long value) {
        room(Long.BYTES);
        Bytes.putInt64(bytes, length, value);
        length += Long.BYTES;
    }

    void flag(boolean value) {
        room(1);
        bytes[length++] = (byte) (value ? 1 : 0);
    }

    void bytes(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** @param descriptor -1 = none */
    void descriptor(int descriptor) {
        flag(descriptor >= 0);
        if (descriptor >= 0) {
            if (descriptorCount == descriptors.length) {
                descriptors = Arrays.copyOf(descriptors, 2 * descriptorCount);
            }
            descriptors[descriptorCount++] = descriptor;
        }
    }

    Parcel parcel() {
        return new Parcel(Arrays.copyOf(bytes, length), Arrays.copyOf(descriptors, descriptorCount));
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
