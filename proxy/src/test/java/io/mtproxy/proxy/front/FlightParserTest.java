package io.mtproxy.proxy.front;

import static io.mtproxy.proxy.front.ServerBytes.VERSIONS;
import static io.mtproxy.proxy.front.ServerBytes.changeCipherSpec;
import static io.mtproxy.proxy.front.ServerBytes.encrypted;
import static io.mtproxy.proxy.front.ServerBytes.flight;
import static io.mtproxy.proxy.front.ServerBytes.hello;
import static io.mtproxy.proxy.front.ServerBytes.join;
import static io.mtproxy.proxy.front.ServerBytes.message;
import static io.mtproxy.proxy.front.ServerBytes.record;
import static io.mtproxy.proxy.front.ServerBytes.share;
import static io.mtproxy.proxy.front.ServerBytes.unhex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.faketls.Tls;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FlightParserTest {
    private static final byte[] ID = new byte[32];
    private static final String NOT_13 = "Not found TLS 1.3 support on domain front.test";
    private static final String PARSE = "Failed to parse upstream TLS response: ";

    static {
        Arrays.fill(ID, (byte) 7);
    }

    private static FlightParser parser() {
        return new FlightParser("front.test", ID);
    }

    private static SeenAnswer parse(byte[] bytes) throws ProbeFailure {
        FlightParser parser = parser();
        parser.feed(bytes, 0, bytes.length);
        assertThat(parser.complete()).isTrue();
        assertThat(parser.bytes()).isEqualTo(bytes.length);
        return parser.seen();
    }

    @Test
    void seesAllThatIsInTheClearAndTheSizesOfTheRest() throws Exception {
        SeenAnswer seen = parse(flight(ID, Tls.X25519_MLKEM768, 42, 2611, 281, 69));
        assertThat(seen.hello()).isEqualTo(new ServerHello(1210, 0x1301, 0x11ec, List.of(0x2b, 0x33)));
        assertThat(seen.changeCipherSpecAt()).isEqualTo(1);
        assertThat(seen.records()).containsExactly(42, 2611, 281, 69);
    }

    @Test
    void seesTheOtherOrderSuiteAndGroup() throws Exception {
        SeenAnswer seen = parse(join(hello(ID, 0x1303, share(Tls.X25519), VERSIONS), changeCipherSpec(),
                encrypted(3000)));
        assertThat(seen.hello()).isEqualTo(new ServerHello(122, 0x1303, 0x1d, List.of(0x33, 0x2b)));
    }

    @Test
    void anySplitInTwoIsTheSame() throws Exception {
        byte[] bytes = flight(ID, Tls.X25519, 42, 300, 69);
        SeenAnswer whole = parse(bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
            FlightParser parser = parser();
            parser.feed(bytes, 0, cut);
            parser.feed(bytes, cut, bytes.length - cut);
            assertThat(parser.seen()).as("cut at %s", cut).isEqualTo(whole);
        }
    }

    @Test
    void byteByByteIsTheSameAndCompleteOnlyBehindEncryptedRecords() throws Exception {
        byte[] bytes = flight(ID, Tls.X25519, 42, 300);
        int firstEnd = bytes.length - 305;
        FlightParser parser = parser();
        for (int i = 0; i < bytes.length; i++) {
            assertThat(parser.complete()).as("behind %s bytes", i).isEqualTo(i == firstEnd);
            parser.feed(bytes, i, 1);
        }
        assertThat(parser.seen()).isEqualTo(parse(bytes));
        assertThat(parser.encryptedBytes()).isEqualTo(342);
    }

    @Test
    void aServerHelloMayComeInSeveralRecords() throws Exception {
        byte[] message = Arrays.copyOfRange(hello(ID, 0x1301, VERSIONS, share(Tls.X25519)), 5, 127);
        byte[] split = join(record(22, Arrays.copyOf(message, 3)), record(22, Arrays.copyOfRange(message, 3, 100)),
                record(22, Arrays.copyOfRange(message, 100, 122)));
        SeenAnswer seen = parse(join(split, changeCipherSpec(), encrypted(500)));
        assertThat(seen.hello().length()).isEqualTo(122);
        assertThat(seen.changeCipherSpecAt()).isEqualTo(3);
    }

    @Test
    void withoutAChangeCipherSpecItSaysSo() throws Exception {
        byte[] bytes = join(hello(ID, 0x1301, VERSIONS, share(Tls.X25519)), encrypted(500));
        assertThat(parse(bytes).changeCipherSpecAt()).isEqualTo(-1);
    }

    @Test
    void nothingIsSeenBeforeTheEnd() {
        assertThatThrownBy(() -> parser().seen()).isInstanceOf(IllegalStateException.class);
    }

    static Stream<Arguments> refused() {
        byte[] good = hello(ID, 0x1301, VERSIONS, share(Tls.X25519));
        byte[] otherId = ID.clone();
        otherId[31] ^= 1;
        return Stream.of(
                Arguments.of("an alert", unhex("15030300020228"),
                        "Non-TLS response, or TLS <= 1.1, or unsuccessful request to front.test: receive "
                                + "\\x15\\x03\\x03\\x00\\x02..."),
                Arguments.of("a web page", "HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII),
                        "Non-TLS response, or TLS <= 1.1, or unsuccessful request to front.test: receive "
                                + "\\x48\\x54\\x54\\x50\\x2f..."),
                Arguments.of("TLS 1.1", unhex("1603020030"),
                        "Non-TLS response, or TLS <= 1.1, or unsuccessful request to front.test: receive "
                                + "\\x16\\x03\\x02\\x00\\x30..."),
                Arguments.of("TLS 1.2", hello(ID, 0xc02f, "00170000"), NOT_13),
                Arguments.of("TLS 1.2 with a session of its own", hello(otherId, 0xc02f, "00170000"), NOT_13),
                Arguments.of("TLS 1.2 without a session", hello(new byte[0], 0xc02f, "ff01000100"), NOT_13),
                Arguments.of("TLS 1.2 without extensions", hello(ID, 0xc02f), NOT_13),
                Arguments.of("TLS 1.2 in one record",
                        record(22, join(Arrays.copyOfRange(good, 5, 127), message(11, "000000"))), NOT_13),
                Arguments.of("a retry", hello(ServerBytes.RETRY, ID, 0x1301, VERSIONS, "003300020017"),
                        PARSE + "TLS 1.3 servers returning HelloRetryRequest are not supprted"),
                Arguments.of("another session id", hello(otherId, 0x1301, VERSIONS, share(Tls.X25519)),
                        PARSE + "TLS <= 1.2: expected mirrored session_id"),
                Arguments.of("no session id", hello(new byte[0], 0x1301, VERSIONS, share(Tls.X25519)),
                        PARSE + "TLS <= 1.2: expected mirrored session_id"),
                Arguments.of("a suite that we have not offered", hello(ID, 0x1304, VERSIONS, share(Tls.X25519)),
                        PARSE + "TLS <= 1.2: expected x25519 as a chosen cipher"),
                Arguments.of("a third extension", hello(ID, 0x1301, VERSIONS, share(Tls.X25519), "00100000"),
                        PARSE + "Receive unexpected extension"),
                Arguments.of("an extension twice", hello(ID, 0x1301, VERSIONS, share(Tls.X25519), VERSIONS),
                        PARSE + "Receive duplicate extensions"),
                Arguments.of("no share", hello(ID, 0x1301, VERSIONS), PARSE + "Receive duplicate extensions"),
                Arguments.of("a share of a wrong length", hello(ID, 0x1301, VERSIONS, "00330006001d00024242"),
                        PARSE + "Unexpected extension length"),
                Arguments.of("a group that we have not offered", hello(ID, 0x1301, VERSIONS, share(0x17)),
                        PARSE + "Unexpected extension length"),
                Arguments.of("a wrong list length", changed(good, 79, 1), PARSE + "Receive wrong extensions length"),
                Arguments.of("an extension beyond the end", hello(ID, 0x1301, VERSIONS, "00330030"),
                        PARSE + "Receive wrong extension length"),
                Arguments.of("too short", record(22, message(2, "0303" + "00".repeat(32))),
                        PARSE + "Receive too short ServerHello"),
                Arguments.of("cut in the session id", record(22, message(2, "0303" + "00".repeat(32) + "20")),
                        PARSE + "Receive too short server hello 2"),
                Arguments.of("another message", record(22, message(4, "00")), PARSE + "Non-TLS response 2"),
                Arguments.of("a huge message", record(22, unhex("02010000")), PARSE + "Non-TLS response 2"),
                Arguments.of("another version", record(22, message(2, "0304" + "00".repeat(40))),
                        PARSE + "Non-TLS response 3"),
                Arguments.of("an alert behind it", join(good, unhex("15030300020228")), NOT_13),
                Arguments.of("a certificate in the clear", join(good, record(22, message(11, "000000"))), NOT_13),
                Arguments.of("two ChangeCipherSpecs", join(good, changeCipherSpec(), changeCipherSpec()), NOT_13),
                Arguments.of("a late ChangeCipherSpec", join(good, encrypted(50), changeCipherSpec()), NOT_13),
                Arguments.of("an empty record", join(good, unhex("1703030000")), NOT_13),
                Arguments.of("a record that is too long", join(good, unhex("1703034101")), NOT_13),
                Arguments.of("another record version", join(good, unhex("1703010020")), NOT_13),
                Arguments.of("too many records", join(good, encrypted(new int[64]), new byte[0]), NOT_13));
    }

    private static byte[] changed(byte[] bytes, int at, int by) {
        byte[] changed = bytes.clone();
        changed[at] += (byte) by;
        return changed;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsNoTls13IsRefusedInTheWordsOfC(String name, byte[] bytes, String line) {
        assertThatThrownBy(() -> parser().feed(bytes, 0, bytes.length)).isInstanceOf(ProbeFailure.class)
                .hasMessage(line);
        FlightParser slow = parser();
        assertThatThrownBy(() -> {
            for (int i = 0; i < bytes.length; i++) {
                slow.feed(bytes, i, 1);
            }
        }).isInstanceOf(ProbeFailure.class).hasMessage(line);
    }

    @Test
    void aSiteThatNeverEndsIsRefused() {
        int[] many = new int[64];
        Arrays.fill(many, 1);
        byte[] bytes = flight(ID, Tls.X25519, many);
        assertThatThrownBy(() -> parser().feed(bytes, 0, bytes.length)).hasMessage(PARSE + "Too long");
    }
}
