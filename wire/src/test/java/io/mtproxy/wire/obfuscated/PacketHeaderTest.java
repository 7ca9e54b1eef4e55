package io.mtproxy.wire.obfuscated;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.obfuscated.Transport.ABRIDGED;
import static io.mtproxy.wire.obfuscated.Transport.INTERMEDIATE;
import static io.mtproxy.wire.obfuscated.Transport.PADDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketHeaderTest {
    private final PacketHeader header = new PacketHeader();

    // the bytes of a prefix; what they mean: prefix length, body length, payload length, quick ack
    @ParameterizedTest
    @CsvSource({
            "ABRIDGED, 01, 1, 4, 4, false", "ABRIDGED, 7e, 1, 504, 504, false", "ABRIDGED, 8e, 1, 56, 56, true",
            "ABRIDGED, 7f7f0000, 4, 508, 508, false", "ABRIDGED, ff7f0000, 4, 508, 508, true",
            "ABRIDGED, 7f00fc03, 4, 1044480, 1044480, false", "ABRIDGED, ff00fc03, 4, 1044480, 1044480, true",
            "INTERMEDIATE, 04000000, 4, 4, 4, false", "INTERMEDIATE, 38000080, 4, 56, 56, true",
            "INTERMEDIATE, 00f00f00, 4, 1044480, 1044480, false", "INTERMEDIATE, 00f00f80, 4, 1044480, 1044480, true",
            "PADDED, 04000000, 4, 4, 4, false", "PADDED, 07000000, 4, 7, 4, false",
            "PADDED, 3f000080, 4, 63, 60, true", "PADDED, 47000000, 4, 71, 68, false",
            "PADDED, 00f00f00, 4, 1044480, 1044480, false"})
    void reads(Transport t, String prefix, int prefixLength, int bodyLength, int payloadLength, boolean quickAck) {
        byte[] b = bytes(prefix);
        for (int available = 0; available < b.length; available++) {
            assertThat(header.decode(t, Arrays.copyOf(b, available), 0, available)).as("%s bytes", available).isFalse();
            assertThat(header.decode(t, b, 0, available)).as("%s bytes of more", available).isFalse();
        }
        assertThat(header.decode(t, b, 0, b.length)).isTrue();
        assertThat(header.prefixLength()).isEqualTo(prefixLength);
        assertThat(header.bodyLength()).isEqualTo(bodyLength);
        assertThat(header.payloadLength()).isEqualTo(payloadLength);
        assertThat(header.quickAck()).isEqualTo(quickAck);
    }

    @ParameterizedTest
    @CsvSource({
            // nothing
            "ABRIDGED, 00", "ABRIDGED, 80", "INTERMEDIATE, 00000000", "INTERMEDIATE, 00000080", "PADDED, 00000000",
            "PADDED, 00000080",
            // the long form for what the short one says
            "ABRIDGED, 7f7e0000", "ABRIDGED, ff7e0000", "ABRIDGED, 7f000000",
            // not a multiple of 4
            "INTERMEDIATE, 01000000", "INTERMEDIATE, 06000000", "INTERMEDIATE, 07000080", "INTERMEDIATE, fdef0f00",
            // kills C
            "PADDED, 01000000", "PADDED, 02000000", "PADDED, 03000000", "PADDED, 03000080",
            // too long as well
            "INTERMEDIATE, ffffffff"})
    void refuses(Transport t, String prefix) {
        assertRefused(t, prefix, ProtocolException.Kind.LENGTH);
    }

    @ParameterizedTest
    @CsvSource({
            // one word or byte too long
            "ABRIDGED, 7f01fc03", "ABRIDGED, 7fffffff", "ABRIDGED, ffffffff", "INTERMEDIATE, 04f00f00",
            "INTERMEDIATE, 04f00f80", "PADDED, 01f00f00", "PADDED, 01f00f80",
            // bits that no length has
            "INTERMEDIATE, 04000040", "INTERMEDIATE, 040000c0", "PADDED, 04000040", "PADDED, 040000c0",
            "INTERMEDIATE, fcffff7f", "PADDED, ffffffff", "PADDED, ffffff7f"})
    void refusesWhatIsOnlyTooLong(Transport t, String prefix) {
        assertRefused(t, prefix, ProtocolException.Kind.TOO_LONG);
    }

    private void assertRefused(Transport t, String prefix, ProtocolException.Kind kind) {
        byte[] b = bytes(prefix);
        for (int available = 0; available < b.length; available++) {
            assertThat(header.decode(t, b, 0, available)).as("%s bytes", available).isFalse();
        }
        assertThatThrownBy(() -> header.decode(t, b, 0, b.length))
                .isSameAs(ProtocolException.of(kind));
    }

    @Test
    void aRefusedOrMissingPrefixLeavesNoTraceInTheNextOne() {
        header.decode(PADDED, bytes("3f000080"), 0, 4);
        header.decode(PADDED, bytes("3f0000"), 0, 3);
        assertThat(header.decode(ABRIDGED, bytes("0000000a"), 3, 1)).isTrue();
        assertThat(header.prefixLength()).isEqualTo(1);
        assertThat(header.payloadLength()).isEqualTo(header.bodyLength()).isEqualTo(40);
        assertThat(header.quickAck()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"ABRIDGED, 504, false, 7e", "ABRIDGED, 508, false, 7f7f0000", "ABRIDGED, 4, true, 81",
            "ABRIDGED, 508, true, ff7f0000", "ABRIDGED, 67108860, false, 7fffffff",
            "INTERMEDIATE, 508, false, fc010000",
            "INTERMEDIATE, 40, true, 28000080", "PADDED, 43, false, 2b000000", "ABRIDGED, 0, false, 00",
            "INTERMEDIATE, 0, false, 00000000", "PADDED, 3, false, 03000000"})
    void writesInFrontOfTheBody(Transport t, int bodyLength, boolean quickAck, String prefix) {
        byte[] b = new byte[10];
        Arrays.fill(b, (byte) 0x55);
        int length = PacketHeader.encode(t, bodyLength, quickAck, b, 7);
        assertThat(length).isEqualTo(prefix.length() / 2);
        assertThat(hex(b)).isEqualTo("55".repeat(7 - length) + prefix + "555555");
    }

    @Test
    void writesNoLengthThatTheFormCannotSay() {
        byte[] b = new byte[8];
        for (Transport t : Transport.values()) {
            assertThatIllegalArgumentException().isThrownBy(() -> PacketHeader.encode(t, -4, false, b, 4));
            assertThatIllegalArgumentException().isThrownBy(() -> PacketHeader.encode(t, 0x04000000, false, b, 4));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> PacketHeader.encode(ABRIDGED, 6, false, b, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> PacketHeader.encode(INTERMEDIATE, 7, false, b, 4))
                .withMessageContaining("7 bytes");
    }

    @Test
    void padsOnlyThePaddedTransportByZeroToThree() {
        Random random = new Random(1);
        TreeSet<Integer> seen = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(PacketHeader.padding(PADDED, random));
            assertThat(PacketHeader.padding(ABRIDGED, random)).isZero();
            assertThat(PacketHeader.padding(INTERMEDIATE, random)).isZero();
        }
        assertThat(seen).containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({"ABRIDGED, 8badf00d", "INTERMEDIATE, 0df0ad8b", "PADDED, 0df0ad8b"})
    void writesASimpleAck(Transport t, String raw) {
        byte[] b = new byte[5];
        assertThat(PacketHeader.encodeAck(t, 0x8badf00d, b, 1)).isEqualTo(4);
        assertThat(hex(b)).isEqualTo("00" + raw);
    }
}
