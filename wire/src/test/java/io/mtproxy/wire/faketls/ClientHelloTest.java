package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.faketls.Hellos.Hello;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
    @Test
    void readsChromium() {
        byte[] b = Hellos.capture("chromium");
        ClientHello hello = Hellos.parseAtTheEnd(b);
        assertThat(hello.length()).isEqualTo(b.length);
        assertThat(hello.serverName()).isEqualTo("front.test");
        assertThat(hello.asksFor("front.test".getBytes(StandardCharsets.US_ASCII))).isTrue();
        assertThat(hello.asksFor("Front.test".getBytes(StandardCharsets.US_ASCII))).isFalse();
        assertThat(hello.asksFor("front.tes".getBytes(StandardCharsets.US_ASCII))).isFalse();
        assertThat(hello.sessionIdLength()).isEqualTo(32);
        assertThat(hello.suites()).isEqualTo(16);
        assertThat(hello.suite(0)).isEqualTo(0x2a2a);
        assertThat(hello.suite(15)).isEqualTo(0x0035);
        assertThat(hello.offersSuite(0x1303)).isTrue();
        assertThat(hello.offersSuite(0x1304)).isFalse();
        assertThat(hello.offersSuite(0x2a2a)).as("GREASE").isFalse();
        assertThat(hello.supportsGroup(Tls.X25519_MLKEM768)).isTrue();
        assertThat(hello.supportsGroup(0x0018)).isTrue();
        assertThat(hello.supportsGroup(0x0019)).isFalse();
        assertThat(hello.supportsGroup(0x4a4a)).as("GREASE").isFalse();
        assertThat(hello.keyShareLength(Tls.X25519_MLKEM768)).isEqualTo(1216);
        assertThat(hello.keyShareLength(Tls.X25519)).isEqualTo(32);
        assertThat(hello.keyShareLength(0x4a4a)).isEqualTo(1);
        assertThat(hello.keyShareLength(0x0017)).isEqualTo(-1);
        assertThat(hello.keyShareOffset(0x0017)).isEqualTo(-1);
        int share = hello.keyShareOffset(Tls.X25519);
        assertThat(hex(Arrays.copyOfRange(hello.array(), share, share + 32)))
                .isEqualTo("93d5b0d3f183f04f5ec8e162c5b49d16a76c8d02380060c9f46eafd0d919dc7e");
        assertThat(hello.offersTls13()).isTrue();
        assertThat(hello.hasExtension(0xfe0d)).isTrue();
        assertThat(hello.hasExtension(0x7a7a)).as("the last one").isTrue();
        assertThat(hello.hasExtension(0x0029)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"curl, 31", "openssl, 31", "python311, 18"})
    void readsTheOtherCaptures(String name, int suites) {
        ClientHello hello = Hellos.parseAtTheEnd(Hellos.capture(name));
        assertThat(hello.serverName()).isEqualTo("front.test");
        assertThat(hello.suites()).isEqualTo(suites);
        assertThat(hello.keyShareLength(Tls.X25519)).isEqualTo(32);
        assertThat(hello.keyShareLength(Tls.X25519_MLKEM768)).isEqualTo(-1);
        assertThat(hello.offersTls13()).isTrue();
    }

    @Test
    void readsTheVector() {
        Vectors.Vector v = Vectors.named("fake_tls_hello");
        ClientHello hello = Hellos.parseAtTheEnd(v.hex("client_hello"));
        assertThat(hello.serverName()).isEqualTo("localhost");
        byte[] copied = new byte[70];
        hello.copyRandom(copied, 2);
        hello.copySessionId(copied, 36);
        assertThat(hex(copied)).isEqualTo("0000" + v.text("client_random") + "0000" + v.text("session_id") + "0000");
    }

    @Test
    void doesWithoutNameSessionIdAndExtensions() {
        ClientHello hello = Hellos.parseAtTheEnd(Hellos.withExtensions(""));
        assertThat(hello.serverName()).isNull();
        assertThat(hello.asksFor(new byte[0])).isFalse();
        assertThat(hello.sessionIdLength()).isZero();
        assertThat(hello.offersTls13()).isFalse();
        assertThat(hello.supportsGroup(Tls.X25519)).isFalse();
        assertThat(hello.keyShareLength(Tls.X25519)).isEqualTo(-1);
        assertThat(hello.hasExtension(0)).isFalse();
        byte[] old = Arrays.copyOf(hello.array(), hello.array().length - 2);
        byte[] record = Arrays.copyOfRange(old, 7, old.length);
        Tls.putUint16(record, 3, record.length - 5);
        Tls.putUint24(record, 6, record.length - 9);
        assertThat(Hellos.parseAtTheEnd(record)).as("not even a list of extensions").isNotNull();
    }

    /** What is after the comma: the name, or nothing when the hello is malformed. */
    @ParameterizedTest
    @CsvSource({"0000 0006 0004 00 0001 61, a", "0000 0008 0006 00 0003 e92e61, \u00e9.a", "0000 0000,",
            "0000 0001 00,",
            "0000 0002 0000,", "0000 0005 0003 00 0000,", "0000 0006 0003 00 0001 61,", "0000 0006 0005 00 0001 61,",
            "0000 0006 0004 01 0001 61,", "0000 0006 0004 00 0002 61,", "0000 0006 0004 00 0000 61,",
            "0000 0006 0004 00 0001 00,", "0000 0008 0006 00 0003 610062,", "0000 000a 0008 00 0001 61 00 0001 62,",
            "0000 0006 0004 00 0001 61 0000 0006 0004 00 0001 62, a", "0000 0007 0004 00 0001 61,"})
    void checksTheServerName(String extensions, String name) {
        ClientHello hello = Hellos.parseAtTheEnd(Hellos.withExtensions(extensions.replace(" ", "")));
        assertThat(hello == null ? null : hello.serverName()).isEqualTo(name);
        assertThat(hello == null).isEqualTo(name == null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "0000", "000000", "7777 0001", "7777 ffff 00", "7777 0000 00", // framing
            "000a 0000", "000a 0002 0000", "000a 0003 0001 1d", "000a 0004 0004 001d", "000a 0004 0000 001d",
            "000a 0005 0003 001d00", // groups
            "002b 0000", "002b 0001 00", "002b 0002 0103", "002b 0003 03 0304", "002b 0003 01 0304",
            "002b 0004 03 030403",
            // versions
            "0033 0000", "0033 0001 00", "0033 0002 0001", "0033 0006 0004 001d 0001", "0033 0006 0004 001d 0000",
            "0033 0008 0006 001d 0001 00 00", "0033 0007 0004 001d 0001 00"}) // shares
    void refusesMalformedExtensions(String extensions) {
        assertThat(Hellos.parseAtTheEnd(Hellos.withExtensions(extensions.replace(" ", "")))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7777 0000", "000a 0004 0002 001d", "002b 0003 02 0304", "0033 0002 0000",
            "0033 0007 0005 001d 0001 00", "0033 0007 0005 001d 0001 00 0033 0000", "7777 0000 7777 0000"})
    void takesWellFormedExtensions(String extensions) {
        assertThat(Hellos.parseAtTheEnd(Hellos.withExtensions(extensions.replace(" ", "")))).isNotNull();
    }

    /** Offset and new value of a byte in the vector's hello. */
    @ParameterizedTest
    @CsvSource({"0, 17", "1, 02", "1, 04", "2, 00", "2, 04", "3, 01", "4, 01", "5, 02", "6, 01", "7, 02", "8, fd",
            "9, 02",
            "10, 04", "43, 21", "43, ff", "76, 01", "77, 21", "77, 00", "77, ff", "112, 00", "114, 02", "115, 90",
            "115, 92"})
    void refusesAMalformedFrame(int offset, String value) {
        byte[] b = Vectors.named("fake_tls_hello").hex("client_hello");
        assertThat(Hellos.parseAtTheEnd(b)).isNotNull();
        b[offset] = bytes(value)[0];
        assertThat(Hellos.parseAtTheEnd(b)).isNull();
    }

    @ParameterizedTest
    @MethodSource("io.mtproxy.wire.faketls.Hellos#signed")
    void refusesEveryPrefix(Hello hello) {
        for (int n = 0; n < hello.bytes().length; n++) {
            byte[] prefix = Arrays.copyOf(hello.bytes(), n);
            assertThat(Hellos.parseAtTheEnd(prefix)).as("%s bytes", n).isNull();
            if (n > 9) {
                // with lengths that claim that this is all
                Tls.putUint16(prefix, 3, n - 5);
                Tls.putUint24(prefix, 6, n - 9);
                ClientHello parsed = Hellos.parseAtTheEnd(prefix);
                assertThat(parsed == null || !parsed.hasExtension(Tls.KEY_SHARE)).as("%s bytes", n).isTrue();
            }
        }
    }

    @Test
    void refusesARangeOutsideTheArray() {
        byte[] b = Hellos.classic().sign(SECRET, NOW);
        assertThatThrownBy(() -> ClientHello.parse(b, 1, b.length)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Hellos.parse(b).suite(99)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
