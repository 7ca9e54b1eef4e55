package io.mtproxy.wire.proxyprotocol;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.IpText;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final Address CLIENT = address("1.2.3.4", 50000);
    private static final Address PROXY = address("10.0.0.1", 443);

    static Address address(String ip, int port) {
        return new Address(Objects.requireNonNull(IpText.parse(ip)), port);
    }

    private static ProxyHeaderReader read(byte[] bytes) {
        ProxyHeaderReader reader = new ProxyHeaderReader();
        assertThat(reader.feed(bytes, 0, bytes.length)).as("bytes taken").isEqualTo(bytes.length);
        return reader;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] written(int version, Address source, Address destination) {
        byte[] out = new byte[3 + ProxyHeader.MAX_LENGTH];
        int n = ProxyHeader.encode(version, source, destination, out, 3);
        return Arrays.copyOfRange(out, 3, 3 + n);
    }

    @Test
    void writesBothVersions() {
        assertThat(written(1, CLIENT, PROXY)).asString(StandardCharsets.US_ASCII)
                .isEqualTo("PROXY TCP4 1.2.3.4 10.0.0.1 50000 443\r\n");
        assertThat(hex(written(2, CLIENT, PROXY)))
                .isEqualTo(SIGNATURE + "2111" + "000c" + "01020304" + "0a000001" + "c350" + "01bb");
        assertThat(written(1, address("2001:db8::1", 1), PROXY)).asString(StandardCharsets.US_ASCII)
                .isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 0:0:0:0:0:ffff:a00:1 1 443\r\n");
        assertThat(hex(written(2, address("2001:db8::1", 1), address("::1", 2))))
                .isEqualTo(SIGNATURE + "2121" + "0024" + "20010db8000000000000000000000001"
                        + "00000000000000000000000000000001" + "0001" + "0002");
        assertThatThrownBy(() -> written(3, CLIENT, PROXY)).hasMessage("version 3 (expected: 1 or 2)");
    }

    @Test
    void writesOneOfItsOwn() {
        for (int version = 1; version <= 2; version++) {
            ProxyHeaderReader reader = read(ProxyHeader.ofOurOwn(version));
            assertThat(reader.done()).isTrue();
            assertThat(reader.source()).isNull();
        }
        assertThatThrownBy(() -> ProxyHeader.ofOurOwn(0)).hasMessage("version 0 (expected: 1 or 2)");
    }

    @Test
    void theLongestLineIsWithinTheBound() {
        Address longest = address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535);
        byte[] line = written(1, longest, longest);
        assertThat(line.length).isLessThanOrEqualTo(ProxyHeader.MAX_V1);
        assertThat(read(line).source()).isEqualTo(longest);
    }

    @Test
    void readsLines() {
        ProxyHeaderReader reader = read(ascii("PROXY TCP4 1.2.3.4 10.0.0.1 50000 443\r\n"));
        assertThat(reader.done()).isTrue();
        assertThat(reader.source()).isEqualTo(CLIENT);
        assertThat(reader.destination()).isEqualTo(PROXY);
        assertThat(read(ascii("PROXY TCP6 ::1 2001:db8::2 1 2\r\n")).source()).isEqualTo(address("::1", 1));
        assertThat(read(ascii("PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n")).source()).isEqualTo(address("1.2.3.4", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN 1 2 3\r\n", "PROXY UNKNOWN ffff:f...f:ffff \0\r \r\n"})
    void unknownKeepsTheSocketsEnds(String line) {
        ProxyHeaderReader reader = read(ascii(line));
        assertThat(reader.done()).isTrue();
        assertThat(reader.source()).isNull();
        assertThat(reader.destination()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PROXX", "PROXY\r\n", "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
            "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n", "PROXY UNKNOWNX\r\n",
            "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
            "\r\n\r\n\0\r\nQUIX", "\r\nx", "\0"})
    void refusesWhatIsNoHeader(String text) {
        byte[] bytes = ascii(text);
        assertThatThrownBy(() -> new ProxyHeaderReader().feed(bytes, 0, bytes.length))
                .isSameAs(ProtocolException.of(Kind.MESSAGE));
    }

    @Test
    void aLineHasABound() {
        byte[] longest = ascii("PROXY UNKNOWN " + "x".repeat(ProxyHeader.MAX_V1 - 16) + "\r\n");
        assertThat(read(longest).done()).isTrue();
        byte[] longer = ascii("PROXY UNKNOWN " + "x".repeat(ProxyHeader.MAX_V1 - 15) + "\r\n");
        assertThatThrownBy(() -> new ProxyHeaderReader().feed(longer, 0, longer.length))
                .isSameAs(ProtocolException.of(Kind.LENGTH));
    }

    @ParameterizedTest
    @CsvSource({"20,00,0000,''", "20,11,000c,010203040a000001c35001bb", "21,00,0003,ffffff", "21,31,0002,abcd",
            "21,12,000c,010203040a000001c35001bb"})
    void localAndOtherFamiliesKeepTheSocketsEnds(String command, String family, String length, String rest) {
        ProxyHeaderReader reader = read(bytes(SIGNATURE + command + family + length + rest));
        assertThat(reader.done()).isTrue();
        assertThat(reader.source()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"11110000,MESSAGE", "22110000,MESSAGE", "21410000,MESSAGE", "21130000,MESSAGE", "2111000b,LENGTH",
            "21210023,LENGTH",
            "21001001,LENGTH", "2111ffff,LENGTH"})
    void refusesImpossibleFixedParts(String fixed, Kind kind) {
        byte[] bytes = bytes(SIGNATURE + fixed);
        assertThatThrownBy(() -> new ProxyHeaderReader().feed(bytes, 0, bytes.length))
                .isSameAs(ProtocolException.of(kind));
    }

    @Test
    void skipsTlvsUpToTheBound() {
        byte[] header = Arrays.copyOf(bytes(SIGNATURE + "2111" + "1000" + "010203040a000001c35001bb"), 16 + 4096 + 5);
        for (int cut = 0; cut <= header.length; cut += cut < 40 ? 1 : 97) {
            ProxyHeaderReader reader = new ProxyHeaderReader();
            int first = reader.feed(header, 0, cut);
            int all = first + reader.feed(header, first, header.length - first);
            assertThat(all).as("cut at %s", cut).isEqualTo(16 + 4096);
            assertThat(reader.done()).isTrue();
            assertThat(reader.source()).isEqualTo(CLIENT);
            assertThat(reader.destination()).isEqualTo(PROXY);
        }
    }
}
