package io.mtproxy.wire.rpc;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static final int MAX = 1024;

    @ParameterizedTest
    @CsvSource({"frame_ping, CRC32, frame_crc32", "frame_ping, CRC32C, frame_crc32c",
            "frame_close_conn, CRC32, frame_crc32", "frame_close_conn, CRC32C, frame_crc32c"})
    void fitsTheVectors(String id, ChecksumKind kind, String field) {
        Vector v = Vectors.named(id);
        byte[] payload = v.hex("payload");
        byte[] expected = v.hex(field);
        byte[] b = new byte[expected.length + 3];
        System.arraycopy(payload, 0, b, 3 + FrameWriter.HEADER, payload.length);
        FrameWriter writer = new FrameWriter(new FrameWriter.State(v.number("seq"), kind));
        assertThat(writer.seal(b, 3, payload.length)).isEqualTo(expected.length);
        assertThat(hex(Arrays.copyOfRange(b, 3, b.length))).isEqualTo(hex(expected));
        assertThat(writer.save()).isEqualTo(new FrameWriter.State(v.number("seq") + 1, kind));

        FrameReader reader = new FrameReader(new FrameReader.State(v.number("seq"), kind), MAX);
        assertThat(reader.peek(b, 3, expected.length)).isEqualTo(expected.length);
        reader.verify(b, 3, expected.length);
        assertThat(reader.save()).isEqualTo(new FrameReader.State(v.number("seq") + 1, kind));
    }

    @Test
    void aDirectionStartsAtMinusTwoWithCrc32() {
        assertThat(new FrameWriter().save()).isEqualTo(new FrameWriter.State(-2, ChecksumKind.CRC32));
        assertThat(new FrameReader(MAX).save()).isEqualTo(new FrameReader.State(-2, ChecksumKind.CRC32));
    }

    @Test
    void aFrameIsSeenOnlyWhole() {
        byte[] frame = Vectors.named("frame_ping").hex("frame_crc32");
        FrameReader reader = new FrameReader(MAX);
        for (int len = 0; len < frame.length; len++) {
            assertThat(reader.peek(Arrays.copyOf(frame, len), 0, len)).as("%s bytes", len).isZero();
            assertThat(reader.peek(frame, 0, len)).as("%s bytes of more", len).isZero();
        }
        assertThat(reader.peek(frame, 0, frame.length)).isEqualTo(frame.length);
        assertThat(reader.peek(Arrays.copyOf(frame, 100), 0, 100)).isEqualTo(frame.length);
    }

    @Test
    void aFillerWordIsSeenWhole() {
        byte[] filler = bytes("04000000");
        FrameReader reader = new FrameReader(MAX);
        for (int len = 0; len < 4; len++) {
            assertThat(reader.peek(filler, 0, len)).isZero();
        }
        assertThat(reader.peek(filler, 0, 4)).isEqualTo(4);
        assertThat(reader.save().nextSeqno()).isEqualTo(-2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -4, Integer.MIN_VALUE, -1, 1, 2, 3, 5, 8, 12, 13, 17, 18, 19, MAX + 1, MAX + 4,
            Integer.MAX_VALUE, Integer.MAX_VALUE - 3})
    void refusesALength(int length) {
        byte[] b = new byte[2048];
        Bytes.putInt32(b, 0, length);
        for (int available : new int[] {4, 5, 2048}) {
            assertRefused(Kind.LENGTH, () -> new FrameReader(MAX).peek(b, 0, available));
        }
        assertThat(new FrameReader(MAX).peek(b, 0, 3)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, MAX - 4, MAX})
    void takesALength(int length) {
        byte[] b = new byte[2048];
        Bytes.putInt32(b, 0, length);
        assertThat(new FrameReader(MAX).peek(b, 0, length - 1)).isZero();
        assertThat(new FrameReader(MAX).peek(b, 0, length)).isEqualTo(length);
    }

    @Test
    void refusesAFrameThatIsNotTheNext() {
        byte[] frame = Vectors.named("frame_ping").hex("frame_crc32");
        for (int seqno : new int[] {4, 6, -2}) {
            FrameReader reader = new FrameReader(new FrameReader.State(seqno, ChecksumKind.CRC32), MAX);
            assertRefused(Kind.SEQUENCE, () -> reader.verify(frame, 0, frame.length));
            assertThat(reader.save().nextSeqno()).isEqualTo(seqno);
        }
    }

    @Test
    void refusesEveryChangedBit() {
        byte[] frame = Vectors.named("frame_ping").hex("frame_crc32");
        for (int bit = 64; bit < frame.length * 8; bit++) {
            byte[] changed = frame.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            FrameReader reader = new FrameReader(new FrameReader.State(5, ChecksumKind.CRC32), MAX);
            assertRefused(Kind.CHECKSUM, () -> reader.verify(changed, 0, changed.length));
        }
    }

    @Test
    void theChecksumChangesFromTheNextFrameOn() {
        FrameWriter writer = new FrameWriter();
        FrameReader reader = new FrameReader(MAX);
        byte[] b = new byte[16];
        for (ChecksumKind kind : ChecksumKind.values()) {
            writer.checksum(kind);
            int length = writer.seal(b, 0, 4);
            FrameReader other = new FrameReader(new FrameReader.State(reader.save().nextSeqno(),
                    kind == ChecksumKind.CRC32 ? ChecksumKind.CRC32C : ChecksumKind.CRC32), MAX);
            assertRefused(Kind.CHECKSUM, () -> other.verify(b, 0, length));
            reader.checksum(kind);
            reader.verify(b, 0, length);
        }
        assertThat(reader.save()).isEqualTo(new FrameReader.State(0, ChecksumKind.CRC32C));
    }

    @Test
    void fillsToWholeBlocks() {
        byte[] b = new byte[20];
        assertThat(FrameWriter.fill(b, 0, 32)).isZero();
        assertThat(FrameWriter.fill(b, 0, 0)).isZero();
        assertThat(b).containsOnly(0);
        assertThat(FrameWriter.fill(b, 1, 44)).isEqualTo(4);
        assertThat(FrameWriter.fill(b, 1, 40)).isEqualTo(8);
        assertThat(FrameWriter.fill(b, 1, 20)).isEqualTo(12);
        assertThat(hex(b)).isEqualTo("00" + "04000000".repeat(3) + "00".repeat(7));
    }

    @Test
    void refusesWrongArguments() {
        byte[] b = new byte[64];
        for (int length : new int[] {0, -4, 5, 6, 7}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new FrameWriter().seal(b, 0, length));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> FrameWriter.fill(b, 0, 17));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameReader(12));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameReader(MAX).verify(b, 0, 4));
    }

    private static void assertRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProtocolException.class,
                e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
