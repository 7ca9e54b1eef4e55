package io.mtproxy.wire.crypto;

import static io.mtproxy.wire.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BytesProperties {
    private final byte[] b = new byte[16];

    @Property
    void readsWhatItWrote(@ForAll long value, @ForAll @IntRange(max = 8) int off) {
        Bytes.putInt64(b, off, value);
        assertThat(Bytes.int64(b, off)).isEqualTo(value);
        Bytes.putInt64BigEndian(b, off, value);
        assertThat(Bytes.int64BigEndian(b, off)).isEqualTo(value);
        assertThat(Bytes.int64(b, off)).isEqualTo(Long.reverseBytes(value));
        Bytes.putInt32(b, off, (int) value);
        assertThat(Bytes.int32(b, off)).isEqualTo((int) value);
        Bytes.putInt16(b, off, (int) value);
        assertThat(Bytes.int16(b, off)).isEqualTo((short) value);
    }

    @Example
    void theLeastSignificantByteIsFirst() {
        Bytes.putInt16(b, 1, 0x0201);
        Bytes.putInt32(b, 3, 0x06050403);
        Bytes.putInt64(b, 7, 0x0e0d0c0b0a090807L);
        assertThat(b).isEqualTo(bytes("000102030405060708090a0b0c0d0e00"));
    }

    @Example
    void staysInsideTheArray() {
        assertThatThrownBy(() -> Bytes.int32(b, 13)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Bytes.int64(b, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Bytes.putInt16(b, 15, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
