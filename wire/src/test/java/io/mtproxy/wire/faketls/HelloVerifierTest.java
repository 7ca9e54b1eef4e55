package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.OTHER;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import io.mtproxy.wire.crypto.Digests;
import io.mtproxy.wire.faketls.HelloVerifier.Verified;
import io.mtproxy.wire.faketls.Hellos.Hello;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelloVerifierTest {
    private final HelloVerifier verifier = new HelloVerifier(List.of(OTHER, SECRET));

    @Test
    void takesTheHelloThatCTook() {
        Vector v = Vectors.named("fake_tls_hello");
        TlsSecret secret = new TlsSecret(v.hex("secret"));
        Verified verified = new HelloVerifier(List.of(SECRET, secret)).verify(Hellos.parse(v.hex("client_hello")), -1);
        assertThat(verified).isEqualTo(new Verified(1, secret, v.number("timestamp")));
    }

    @ParameterizedTest
    @MethodSource("io.mtproxy.wire.faketls.Hellos#signed")
    void takesEveryHelloWholeAndInManyRecords(Hello hello) {
        for (int size : new int[] {16_384, 1, 3, 64, 500}) {
            byte[] split = ClientHelloBuilder.split(hello.bytes(), size);
            HelloCollector collector = new HelloCollector();
            assertThat(collector.look(split, 0, split.length)).isEqualTo(HelloCollector.Verdict.HELLO);
            assertThat(verifier.verify(collector.hello(split, 0), -1)).isEqualTo(new Verified(1, SECRET, NOW));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void findsTheSecretWhateverTheHint(int hint) {
        ClientHello hello = Hellos.parse(Hellos.modern().sign(SECRET, NOW));
        assertThat(verifier.verify(hello, hint)).isEqualTo(new Verified(1, SECRET, NOW));
        assertThat(new HelloVerifier(List.of(OTHER)).verify(hello, hint)).isNull();
        assertThat(new HelloVerifier(List.of()).verify(hello, hint)).isNull();
    }

    @Test
    void beginsWithTheHint() {
        List<TlsSecret> secrets = new ArrayList<>(List.of(OTHER, SECRET, OTHER, SECRET, OTHER));
        ClientHello hello = Hellos.parse(Hellos.modern().sign(SECRET, NOW));
        assertThat(new HelloVerifier(secrets).verify(hello, 3).secretIndex()).isEqualTo(3);
        assertThat(new HelloVerifier(secrets).verify(hello, 2).secretIndex()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x7fffffffL, 0x80000000L, 0xffffffffL})
    void givesTheTimeBack(long time) {
        ClientHello hello = Hellos.parse(Hellos.classic().sign(SECRET, time));
        assertThat(verifier.verify(hello, 1).timestamp()).isEqualTo(time);
    }

    /** Bits of the time only change the time; all others count, whether they make the hello malformed or not. */
    @Test
    void refusesEveryChangedBit() {
        byte[] hello = Hellos.classic().sign(SECRET, NOW);
        int time = 11 + 28;
        for (int bit = 0; bit < hello.length * 8; bit++) {
            byte[] changed = hello.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            ClientHello parsed = Hellos.parseAtTheEnd(changed);
            Verified verified = parsed == null ? null : verifier.verify(parsed, 1);
            if (bit / 8 >= time && bit / 8 < time + 4) {
                assertThat(verified.timestamp()).isEqualTo(NOW ^ (1L << (bit - time * 8)));
            } else {
                assertThat(verified).as("bit %s", bit).isNull();
            }
        }
    }

    @Test
    void hashesAsTheStandardSays() {
        for (int length : new int[] {1, 15, 16, 17, 63, 64}) {
            byte[] key = new byte[length];
            Arrays.fill(key, (byte) length);
            TlsSecret secret = new TlsSecret(key);
            Hmac hmac = new Hmac();
            for (int i = 0; i < 2; i++) {
                byte[] message = new byte[100 + i];
                hmac.begin(secret);
                hmac.update(message, 0, 50);
                hmac.update(message, 50, message.length - 50);
                assertThat(hex(hmac.end(secret))).isEqualTo(hex(Digests.hmacSha256(key, message)));
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new TlsSecret(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> new TlsSecret(new byte[65]));
    }

    /** Recorded from C: 2.4 of the wire protocol. */
    @Test
    void acceptsTheTimesThatCAccepts() {
        long none = HelloTime.NO_ARRIVAL;
        assertThat(HelloTime.accepts(NOW + 3, NOW, none)).isTrue();
        assertThat(HelloTime.accepts(NOW + 4, NOW, none)).isFalse();
        assertThat(HelloTime.accepts(NOW - 590, NOW, none)).isTrue();
        assertThat(HelloTime.accepts(NOW - 599, NOW, none)).isTrue();
        assertThat(HelloTime.accepts(NOW - 600, NOW, none)).isFalse();
        assertThat(HelloTime.accepts(NOW - 605, NOW, none)).isFalse();
        assertThat(HelloTime.accepts(0, NOW, none)).isFalse();
        assertThat(HelloTime.accepts(0xffffffffL, NOW, none)).isFalse();
    }

    @Test
    void acceptsOlderTimesThatTheMemoryOfHellosCovers() {
        long oldest = NOW - 5000;
        assertThat(HelloTime.accepts(oldest + 4, NOW, oldest)).isTrue();
        assertThat(HelloTime.accepts(oldest + 3, NOW, oldest)).isFalse();
        assertThat(HelloTime.accepts(NOW + 4, NOW, oldest)).isFalse();
        assertThat(HelloTime.accepts(NOW - 599, NOW, NOW)).as("young memory").isTrue();
        assertThat(HelloTime.accepts(NOW - 600, NOW, NOW)).isFalse();
        assertThat(HelloTime.accepts(4, NOW, 0)).as("oldest at 0").isTrue();
    }
}
