package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mtproxy.wire.faketls.HelloCollector.Verdict;
import io.mtproxy.wire.faketls.Hellos.Hello;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelloCollectorTest {
    private final HelloCollector collector = new HelloCollector();

    @ParameterizedTest
    @MethodSource("io.mtproxy.wire.faketls.Hellos#signed")
    void takesAHelloAtOnce(Hello hello) {
        byte[] b = hello.bytes();
        assertThat(collector.look(b, 0, b.length)).isEqualTo(Verdict.HELLO);
        assertThat(collector.length()).isEqualTo(b.length);
        assertThat(collector.records()).isEqualTo(1);
        assertThat(collector.hello(b, 0).array()).as("in place").isSameAs(b);
        assertThat(collector.look(b, 0, b.length)).as("asked again").isEqualTo(Verdict.HELLO);
    }

    @ParameterizedTest
    @MethodSource("io.mtproxy.wire.faketls.Hellos#signed")
    void takesAHelloByteByByteInOneRecordAndInMany(Hello hello) {
        for (int size : new int[] {16_384, 1, 2, 3, 4, 5, 6, 7, 20, 100, 511}) {
            byte[] split = ClientHelloBuilder.split(hello.bytes(), size);
            HelloCollector slow = new HelloCollector();
            for (int n = 0; n < split.length; n++) {
                // a copy: nothing behind what has come may be read
                assertThat(slow.look(Arrays.copyOf(split, n), 0, n)).as("%s bytes in records of %s", n, size)
                        .isEqualTo(Verdict.MORE);
            }
            assertThat(slow.look(split, 0, split.length)).isEqualTo(Verdict.HELLO);
            assertThat(slow.length()).isEqualTo(split.length);
            assertThat(slow.records()).isEqualTo((hello.bytes().length - 5 + size - 1) / size);
            ClientHello joined = slow.hello(split, 0);
            assertThat(hex(Arrays.copyOfRange(joined.array(), joined.offset(), joined.offset() + joined.length())))
                    .isEqualTo(hex(hello.bytes()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100, 40_000})
    void tellsPipelinedBytesApart(int more) {
        byte[] hello = Hellos.modern().sign(SECRET, NOW);
        byte[] split = ClientHelloBuilder.split(hello, 600);
        byte[] b = new byte[11 + split.length + more];
        Arrays.fill(b, (byte) 0x16);
        System.arraycopy(split, 0, b, 11, split.length);
        assertThat(collector.look(b, 11, split.length + more)).isEqualTo(Verdict.HELLO);
        assertThat(collector.length()).isEqualTo(split.length);
        assertThat(collector.hello(b, 11).serverName()).isEqualTo("site.test");
    }

    @Test
    void mayMoveBetweenLooks() {
        byte[] split = ClientHelloBuilder.split(Hellos.classic().sign(SECRET, NOW), 100);
        assertThat(collector.look(split, 0, 250)).isEqualTo(Verdict.MORE);
        byte[] moved = new byte[50 + split.length];
        System.arraycopy(split, 0, moved, 50, split.length);
        assertThat(collector.look(moved, 50, split.length)).isEqualTo(Verdict.HELLO);
        assertThat(collector.hello(moved, 50).serverName()).isEqualTo("site.test");
    }

    /** The last byte is the first that says so. */
    @ParameterizedTest
    @CsvSource({"47, HTTP", "17, other record", "1602, SSL 2", "160300, record version", "160304, record version",
            "160301ff, record too long", "1603014001, record too long", "1603010000, empty record",
            "160301020002, not a ClientHello", "160301020001ff, handshake too long",
            "16030102000101, handshake too long",
            "16030102000100ff, handshake too long", "160301400001003ffd, handshake too long",
            "1603010004010000ff16030200ff0302, handshake version", "16030100040100002915, other record in between",
            "160301002c01000028, no hello is that short", "1603010200010001fc02, handshake version",
            "1603010200010001fc0304, handshake version", "1603010200010001fb, more in the record than the hello",
            "1603010004010001001603010101, more in the second record than the hello",
            "1603010004010001001603010000, empty second record"})
    void saysForeignAsSoonAsItIs(String hexDigits, String why) {
        byte[] b = bytes(hexDigits);
        for (int n = 0; n < b.length; n++) {
            assertThat(collector.look(Arrays.copyOf(b, n), 0, n)).as("%s bytes", n).isEqualTo(Verdict.MORE);
        }
        assertThat(collector.look(b, 0, b.length)).as(why).isEqualTo(Verdict.FOREIGN);
        assertThat(new HelloCollector().look(b, 0, b.length)).as("at once: %s", why).isEqualTo(Verdict.FOREIGN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "16", "1603", "160301", "16030140", "1603014000", "1603020200",
            "1603030200010001fc0303",
            "160301400001003ffc", "16030100010116030100010016030100013f", "16030100030100011603010100"})
    void waitsForMoreOfWhatMayBecomeAHello(String hexDigits) {
        byte[] b = bytes(hexDigits);
        assertThat(collector.look(b, 0, b.length)).isEqualTo(Verdict.MORE);
        assertThat(collector.length()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> collector.hello(b, 0));
    }

    @Test
    void takesTheLongestHelloAndNoLonger() {
        byte[] hello = filled(16_384);
        assertThat(collector.look(hello, 0, hello.length)).isEqualTo(Verdict.HELLO);
        assertThat(collector.hello(hello, 0).length()).isEqualTo(16_389);
        byte[] longer = filled(16_385);
        assertThat(new HelloCollector().look(longer, 0, 9)).isEqualTo(Verdict.FOREIGN);
        byte[] twoRecords = ClientHelloBuilder.split(longer, 8_000);
        assertThat(new HelloCollector().look(twoRecords, 0, 9)).isEqualTo(Verdict.FOREIGN);
    }

    @Test
    void looksAtABoundedNumberOfBytes() {
        byte[] b = ClientHelloBuilder.split(filled(16_384), 1);
        Verdict verdict = Verdict.MORE;
        int n = 0;
        while (verdict == Verdict.MORE) {
            verdict = collector.look(b, 0, ++n);
        }
        assertThat(verdict).isEqualTo(Verdict.FOREIGN);
        assertThat(n).isBetween(HelloCollector.MAX_LENGTH - 6, HelloCollector.MAX_LENGTH);
        byte[] fits = ClientHelloBuilder.split(filled(16_384), 6);
        assertThat(new HelloCollector().look(fits, 0, fits.length)).isEqualTo(Verdict.HELLO);
    }

    /** A hello of so many handshake bytes. */
    private static byte[] filled(int handshake) {
        int base = Hellos.classic().without(Tls.PADDING).sign(SECRET, NOW).length;
        return Hellos.classic().without(Tls.PADDING).extension(0x7777, new byte[handshake + 5 - base - 4])
                .sign(SECRET, NOW);
    }
}
