package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    private static final byte[] FIRST = bytes("140303000101" + "1703030003a1a2a3" + "1703030000" + "1703030001a4");

    @Test
    void readsWhatAClientSends() {
        assertThat(read(RecordReader.fromClient(), FIRST)).isEqualTo("a1a2a3a4");
        assertThat(read(RecordReader.fromClient(), bytes("1703030002b1b2"))).as("no ChangeCipherSpec")
                .isEqualTo("b1b2");
        assertThat(read(RecordReader.fromServer(), bytes("1703030002b1b2"))).isEqualTo("b1b2");
        assertThat(read(RecordReader.fromServer(), new byte[0])).isEmpty();
    }

    @Test
    void readsItInAnyTwoOrThreePieces() {
        for (int i = 0; i <= FIRST.length; i++) {
            for (int j = i; j <= FIRST.length; j++) {
                RecordReader reader = RecordReader.fromClient();
                String payload = read(reader, Arrays.copyOf(FIRST, i)) + read(reader, Arrays.copyOfRange(FIRST, i, j))
                        + read(reader, Arrays.copyOfRange(FIRST, j, FIRST.length));
                assertThat(payload).as("cut at %s and %s", i, j).isEqualTo("a1a2a3a4");
                assertThat(reader.atBorder()).isTrue();
            }
        }
    }

    @Test
    void knowsWhereRecordsEnd() {
        RecordReader reader = RecordReader.fromClient();
        StringBuilder borders = new StringBuilder();
        for (byte b : FIRST) {
            read(reader, new byte[] {b});
            borders.append(reader.atBorder() ? '|' : '.');
        }
        assertThat(borders).hasToString(".....|" + ".......|" + "....|" + ".....|");
    }

    /** Payload is found where it stands, in the middle of an array. */
    @Test
    void pointsIntoTheWindow() {
        byte[] b = bytes("ffff" + "1703030003a1a2a3" + "1703030002b1b2" + "1703");
        RecordReader reader = RecordReader.fromServer();
        reader.window(b, 2, b.length - 2);
        assertThat(reader.next()).isTrue();
        assertThat(reader.payloadOffset()).isEqualTo(7);
        assertThat(reader.payloadLength()).isEqualTo(3);
        assertThat(reader.next()).isTrue();
        assertThat(reader.payloadOffset()).isEqualTo(15);
        assertThat(reader.payloadLength()).isEqualTo(2);
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 1425, 2878, 16_384, 16_385, 16_640})
    void takesEverySize(int size) {
        byte[] record = new byte[5 + size];
        Arrays.fill(record, (byte) 0xc3);
        Tls.putHeader(record, 0, Tls.APPLICATION_DATA, size);
        assertThat(read(RecordReader.fromClient(), record)).isEqualTo("c3".repeat(size));
    }

    /** The last byte is the one that is refused. */
    @ParameterizedTest
    @CsvSource({"15, MESSAGE", "16, MESSAGE", "00, MESSAGE", "1702, MESSAGE", "170302, MESSAGE", "170304, MESSAGE",
            "1703034101, LENGTH", "17030342, LENGTH", "170303ff, LENGTH", "1402, MESSAGE", "140304, MESSAGE",
            "14030301, MESSAGE", "1403030000, MESSAGE", "1403030002, MESSAGE", "140303000100, MESSAGE",
            "14030300010114, MESSAGE", "14030300010115, MESSAGE", "1703030001aa14, MESSAGE", "1703030001aa15, MESSAGE",
            "170303000014, MESSAGE"})
    void refusesEverythingElseFromAClient(String hex, Kind kind) {
        byte[] b = bytes(hex);
        RecordReader reader = RecordReader.fromClient();
        read(reader, Arrays.copyOf(b, b.length - 1));
        byte[] last = {b[b.length - 1]};
        assertThatThrownBy(() -> read(reader, last)).isInstanceOfSatisfying(ProtocolException.class,
                e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void aServerSendsNoChangeCipherSpec() {
        assertThatThrownBy(() -> read(RecordReader.fromServer(), bytes("14"))).isInstanceOf(ProtocolException.class);
    }

    static String read(RecordReader reader, byte[] window) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        reader.window(window, 0, window.length);
        while (reader.next()) {
            assertThat(reader.payloadLength()).isPositive();
            payload.write(window, reader.payloadOffset(), reader.payloadLength());
        }
        return hex(payload.toByteArray());
    }
}
