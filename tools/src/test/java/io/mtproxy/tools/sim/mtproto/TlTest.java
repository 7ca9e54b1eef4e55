package io.mtproxy.tools.sim.mtproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlTest {
    @ParameterizedTest
    @CsvSource({"0, 4", "1, 4", "3, 4", "4, 8", "253, 256", "254, 260", "256, 260", "257, 264", "70000, 70004"})
    void writesAndReadsStrings(int length, int onTheWire) {
        byte[] value = new byte[length];
        Arrays.fill(value, (byte) 0x5a);
        byte[] written = new TlWriter().bytes(value).int32(77).toBytes();
        assertThat(written).hasSize(onTheWire + 4);
        TlReader in = new TlReader(written);
        assertThat(in.bytes()).isEqualTo(value);
        assertThat(in.int32()).isEqualTo(77);
        assertThat(in.remaining()).isZero();
    }

    @Test
    void writesLittleEndianAndNumbersBigEndian() {
        assertThat(new TlWriter().int32(0x01020304).int64(0x05060708090a0b0cL).number(BigInteger.valueOf(0xff01))
                .toBytes()).containsExactly(4, 3, 2, 1, 12, 11, 10, 9, 8, 7, 6, 5, 2, 0xff, 1, 0);
    }

    @Test
    void refusesWhatIsCutAtAnyByte() {
        byte[] whole = new TlWriter().int32(1).int64(2).bytes(new byte[300]).int32(Tl.VECTOR).int32(1).int64(3)
                .toBytes();
        for (int length = 0; length < whole.length; length++) {
            TlReader in = new TlReader(whole, 0, length);
            assertThatThrownBy(() -> {
                in.int32();
                in.int64();
                in.bytes();
                in.vector(8);
                in.int64();
            }).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void refusesVectorsThatCannotFit() {
        TlReader negative = new TlReader(new TlWriter().int32(Tl.VECTOR).int32(-1).int64(0).toBytes());
        assertThatThrownBy(() -> negative.vector(8)).isInstanceOf(ProtocolException.class);
        TlReader huge = new TlReader(new TlWriter().int32(Tl.VECTOR).int32(0x20000001).int64(0).toBytes());
        assertThatThrownBy(() -> huge.vector(8)).isInstanceOf(ProtocolException.class);
    }
}
