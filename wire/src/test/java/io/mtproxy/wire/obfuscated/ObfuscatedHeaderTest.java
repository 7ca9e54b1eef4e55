package io.mtproxy.wire.obfuscated;

import static io.mtproxy.wire.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Created;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObfuscatedHeaderTest {
    private static final byte[] SECRET = bytes("0123456789abcdef0123456789abcdef");
    private final Random random = new Random(1);

    @Test
    void aLikelySecretIsTriedFirstAndAWrongHintDoesNotMatter() {
        Created created = ObfuscatedHeader.create(Transport.PADDED, 2, SECRET, new Random(3));
        List<byte[]> secrets = List.of(SECRET, new byte[16], SECRET);
        for (int hint = -1; hint <= 3; hint++) {
            Accepted accepted = new HeaderAcceptor().accept(created.bytes(), 0, secrets, hint);
            assertThat(accepted).isNotNull();
            assertThat(accepted.secretIndex()).isEqualTo(hint == 2 ? 2 : 0);
        }
    }

    @Test
    void findsTheLastOf128Secrets() {
        List<byte[]> secrets = IntStream.range(0, 128).mapToObj(i -> new byte[] {(byte) i, 1, 2, 3}).toList();
        Created created = ObfuscatedHeader.create(Transport.PADDED, -5, secrets.get(127), random);
        Accepted accepted = new HeaderAcceptor().accept(created.bytes(), 0, secrets);
        assertThat(accepted.secretIndex()).isEqualTo(127);
        assertThat(accepted.dc()).isEqualTo(-5);
    }

    @Test
    void theFirstOfEqualSecretsWins() {
        Created created = ObfuscatedHeader.create(Transport.ABRIDGED, 2, SECRET, random);
        assertThat(ObfuscatedHeader.accept(created.bytes(), 0, List.of(new byte[16], SECRET, SECRET)).secretIndex())
                .isEqualTo(1);
    }

    @Test
    void refusesAHeaderOfAnotherSecretOrOfNone() {
        Created with = ObfuscatedHeader.create(Transport.INTERMEDIATE, 2, SECRET, random);
        Created without = ObfuscatedHeader.create(Transport.INTERMEDIATE, 2, null, random);
        assertThat(ObfuscatedHeader.accept(with.bytes(), 0, List.of(new byte[16], new byte[15]))).isNull();
        assertThat(ObfuscatedHeader.accept(with.bytes(), 0, List.of())).isNull();
        assertThat(ObfuscatedHeader.accept(without.bytes(), 0, List.of(SECRET))).isNull();
        assertThat(ObfuscatedHeader.accept(without.bytes(), 0, List.of()).secretIndex()).isEqualTo(-1);
    }

    @Test
    void anAcceptorIsReusable() {
        HeaderAcceptor acceptor = new HeaderAcceptor();
        for (int i = 0; i < 100; i++) {
            byte[] secret = i % 3 == 0 ? null : SECRET;
            Created created = ObfuscatedHeader.create(Transport.PADDED, i, secret, random);
            List<byte[]> secrets = secret == null ? List.of() : List.of(new byte[16], SECRET);
            assertThat(acceptor.accept(created.bytes(), 0, secrets).dc()).isEqualTo(i);
            created.bytes()[8]++;
            assertThat(acceptor.accept(created.bytes(), 0, secrets)).isNull();
        }
    }

    @Test
    void aStreamOfAnAcceptedHeaderIsItsOwn() {
        HeaderAcceptor acceptor = new HeaderAcceptor();
        Created first = ObfuscatedHeader.create(Transport.PADDED, 1, SECRET, random);
        Accepted accepted = acceptor.accept(first.bytes(), 0, List.of(SECRET));
        acceptor.accept(ObfuscatedHeader.create(Transport.PADDED, 1, SECRET, random).bytes(), 0, List.of(SECRET));
        byte[] sent = new byte[20];
        byte[] received = new byte[20];
        first.toProxy().apply(bytes("11".repeat(20)), 0, 20, sent, 0);
        accepted.fromClient().apply(sent, 0, 20, received, 0);
        assertThat(received).isEqualTo(bytes("11".repeat(20)));
    }

    @Test
    void needsAll64Bytes() {
        for (int len = 0; len < 64; len++) {
            byte[] b = new byte[len];
            assertThatThrownBy(() -> ObfuscatedHeader.accept(b, 0, List.of()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> ObfuscatedHeader.accept(new byte[64], 1, List.of()))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ef01020304050607", "4845414401020304", "504f535401020304", "4745542001020304",
            "4f50544901020304", "eeeeeeee01020304", "dddddddd01020304", "1603010201020304", "1603017f01020304",
            "0102030400000000"})
    void neverStartsLikeAnotherProtocol(String start) {
        ScriptedRandom scripted = new ScriptedRandom(bytes(start + "01".repeat(56)), bytes("02".repeat(64)));
        byte[] made = ObfuscatedHeader.create(Transport.ABRIDGED, 2, null, scripted).bytes();
        assertThat(made).startsWith(bytes("02".repeat(56)));
        assertThat(scripted.left).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eeeeeeef01020304", "01ef020300000100", "dddddd0001020304", "1603020101020304"})
    void startsLikeNothingElseNearby(String start) {
        ScriptedRandom scripted = new ScriptedRandom(bytes(start + "01".repeat(56)));
        assertThat(ObfuscatedHeader.create(Transport.ABRIDGED, 2, null, scripted).bytes()).startsWith(bytes(start));
    }

    @Test
    void aTagNamesItsTransportAndNothingElseDoes() {
        for (Transport t : Transport.values()) {
            assertThat(Transport.ofTag(t.tag())).isEqualTo(t);
            assertThat(Transport.ofTag(t.tag() + 1)).isNull();
        }
        assertThat(Transport.ofTag(0)).isNull();
    }

    /** Gives the bytes that it was given. */
    private static final class ScriptedRandom implements RandomGenerator {
        private final Deque<byte[]> left;

        ScriptedRandom(byte[]... script) {
            left = new ArrayDeque<>(List.of(script));
        }

        @Override
        public void nextBytes(byte[] bytes) {
            byte[] next = left.removeFirst();
            System.arraycopy(next, 0, bytes, 0, bytes.length);
        }

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("only bytes are scripted");
        }
    }
}
