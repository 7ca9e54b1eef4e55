package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.OTHER;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSideTest {
    private static final Vector VECTOR = Vectors.named("fake_tls_hello");
    static final List<String> CAPTURES = Hellos.CAPTURES;

    @Test
    void makesTheRandomOfTheVector() {
        byte[] hello = VECTOR.hex("client_hello");
        byte[] expected = hello.clone();
        Arrays.fill(hello, 11, 43, (byte) 0x33);
        ClientHelloBuilder.sign(hello, new TlsSecret(VECTOR.hex("secret")), VECTOR.number("timestamp"));
        assertThat(hex(hello)).isEqualTo(hex(expected));
    }

    @ParameterizedTest
    @FieldSource("CAPTURES")
    void rebuildsACaptureByteForByte(String name) {
        byte[] capture = Hellos.capture(name);
        byte[] built = ClientHelloBuilder.of(capture).sign(SECRET, NOW);
        ClientHelloBuilder.sign(capture, SECRET, NOW);
        assertThat(hex(built)).isEqualTo(hex(capture));
    }

    @ParameterizedTest
    @FieldSource("CAPTURES")
    void changesTheName(String name) {
        byte[] capture = Hellos.capture(name);
        for (String site : new String[] {"a.b", "a-somewhat-longer-name.of-a.site.test"}) {
            byte[] built = ClientHelloBuilder.of(capture).serverName(site).sign(SECRET, NOW);
            ClientHello hello = Hellos.parse(built);
            assertThat(hello.serverName()).isEqualTo(site);
            boolean padded = hello.hasExtension(Tls.PADDING);
            assertThat(built).hasSize(padded ? capture.length : capture.length + site.length() - "front.test".length());
        }
        assertThat(Hellos.parse(ClientHelloBuilder.of(capture).serverName(null).sign(SECRET, NOW)).serverName())
                .isNull();
    }

    @Test
    void aNameThatPaddingCannotMakeUpForMakesALongerHello() {
        byte[] hello = Hellos.classic().serverName("n".repeat(400)).sign(SECRET, NOW);
        assertThat(hello).hasSizeGreaterThan(517);
        assertThat(Hellos.parse(hello).serverName()).hasSize(400);
    }

    @Test
    void changesTheSessionId() {
        for (int length : new int[] {0, 1, 16, 32}) {
            byte[] hello = Hellos.classic().sessionId(new byte[length]).sign(SECRET, NOW);
            assertThat(hello).as("padded").hasSize(517);
            assertThat(Hellos.parse(hello).sessionIdLength()).isEqualTo(length);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Hellos.classic().sessionId(new byte[33]));
        assertThatIllegalArgumentException().isThrownBy(() -> ClientHelloBuilder.of(bytes("160301")));
    }

    @Test
    void aClassicHelloIsOf517Bytes() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            byte[] b = HelloTemplates.classic(new Random(i), new Hellos.FixedKeys(1)).serverName("site.test")
                    .sign(SECRET, NOW);
            ClientHello hello = Hellos.parse(b);
            assertThat(b).hasSize(517);
            assertThat(hex(Arrays.copyOf(b, 11))).isEqualTo("1603010200010001fc0303");
            assertThat(Tls.grease(hello.suite(0))).isTrue();
            assertThat(hello.suite(1)).isEqualTo(0x1301);
            assertThat(hello.keyShareLength(Tls.X25519)).isEqualTo(32);
            assertThat(hello.offersTls13()).isTrue();
            seen.add(hex(b));
        }
        assertThat(seen).hasSize(50);
    }

    @Test
    void aModernHelloHasAHybridShareThatIsValid() {
        Set<String> orders = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            byte[] b = HelloTemplates.modern(new Random(i), new Hellos.FixedKeys(1)).serverName("site.test")
                    .sign(SECRET, NOW);
            ClientHello hello = Hellos.parse(b);
            assertThat(b.length).isBetween(1690, 1850);
            assertThat(hello.keyShareLength(Tls.X25519_MLKEM768)).isEqualTo(1216);
            assertThat(hello.keyShareLength(Tls.X25519)).isEqualTo(32);
            int key = hello.keyShareOffset(Tls.X25519_MLKEM768);
            for (int pair = 0; pair < 384; pair++) {
                int value = b[key + 3 * pair] & 0xff | (b[key + 3 * pair + 1] & 0xff) << 8
                        | (b[key + 3 * pair + 2] & 0xff) << 16;
                assertThat(value & 0xfff).isLessThan(3329);
                assertThat(value >>> 12).isLessThan(3329);
            }
            orders.add(hex(Arrays.copyOfRange(b, 120, 128)));
        }
        assertThat(orders).as("permuted").hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 512, 513, 16_384})
    void splitsIntoRecords(int size) {
        byte[] hello = Hellos.classic().sign(SECRET, NOW);
        byte[] split = ClientHelloBuilder.split(hello, size);
        StringBuilder message = new StringBuilder();
        int at = 0;
        while (at < split.length) {
            assertThat(hex(Arrays.copyOfRange(split, at, at + 3))).isEqualTo("160301");
            int length = Tls.uint16(split, at + 3);
            assertThat(length).isBetween(1, size);
            message.append(hex(Arrays.copyOfRange(split, at + 5, at + 5 + length)));
            at += 5 + length;
        }
        assertThat(message).hasToString(hex(Arrays.copyOfRange(hello, 5, hello.length)));
    }

    @Test
    void takesTheAnswerThatCGave() {
        byte[] answer = VECTOR.hex("server_response");
        ServerAnswerVerifier verifier = new ServerAnswerVerifier(new TlsSecret(VECTOR.hex("secret")),
                VECTOR.hex("client_hello"));
        for (int n = 0; n < answer.length; n++) {
            assertThat(verifier.verify(Arrays.copyOf(answer, n), 0, n)).as("%s bytes", n).isZero();
        }
        byte[] more = Arrays.copyOf(answer, answer.length + 9);
        assertThat(verifier.verify(more, 0, more.length)).isEqualTo(answer.length);
        byte[] moved = new byte[answer.length + 3];
        System.arraycopy(answer, 0, moved, 3, answer.length);
        assertThat(verifier.verify(moved, 3, answer.length)).isEqualTo(answer.length);
    }

    @Test
    void refusesEveryOtherAnswer() {
        byte[] answer = VECTOR.hex("server_response");
        byte[] hello = VECTOR.hex("client_hello");
        TlsSecret secret = new TlsSecret(VECTOR.hex("secret"));
        for (int i = 0; i < answer.length; i++) {
            byte[] changed = answer.clone();
            changed[i] ^= 0x01;
            // a changed length may ask for more bytes
            byte[] more = Arrays.copyOf(changed, 70_000);
            assertThatExceptionOfType(ProtocolException.class).as("byte %s", i)
                    .isThrownBy(() -> new ServerAnswerVerifier(secret, hello).verify(more, 0, more.length))
                    .matches(e -> e.kind() == Kind.HANDSHAKE);
        }
        assertThatThrownBy(() -> new ServerAnswerVerifier(OTHER, hello).verify(answer, 0, answer.length))
                .isInstanceOf(ProtocolException.class);
        hello[20] ^= 1;
        assertThatThrownBy(() -> new ServerAnswerVerifier(secret, hello).verify(answer, 0, answer.length))
                .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1503030002", "1703030010", "1603010100", "1603030001", "1603030025"})
    void refusesOtherRecordsAtOnce(String header) {
        ServerAnswerVerifier verifier = new ServerAnswerVerifier(SECRET, Hellos.classic().sign(SECRET, NOW));
        assertThatThrownBy(() -> verifier.verify(bytes(header), 0, 5)).isInstanceOf(ProtocolException.class);
    }
}
