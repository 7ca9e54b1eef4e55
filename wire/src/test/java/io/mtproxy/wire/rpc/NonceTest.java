package io.mtproxy.wire.rpc;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Hostile;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NonceTest {
    private static final byte[] RANDOM = bytes("000102030405060708090a0b0c0d0e0f");

    static List<Nonce> each() {
        return List.of(new Nonce(1, Nonce.SCHEMA_NONE, 2, RANDOM, List.of(), null),
                new Nonce(0xcafaf9c4, Nonce.SCHEMA_AES, -1, RANDOM, List.of(), null),
                new Nonce(7, Nonce.SCHEMA_AES_EXTRA, 8, RANDOM, List.of(), null),
                new Nonce(7, Nonce.SCHEMA_AES_EXTRA, 8, RANDOM, List.of(1, 2, 3, 4, 5, 6, 7, -8), null),
                new Nonce(7, Nonce.SCHEMA_DH, 8, RANDOM, List.of(), new byte[256]),
                new Nonce(7, Nonce.SCHEMA_DH, 8, RANDOM, List.of(5, 6), filled(256, 9)));
    }

    @ParameterizedTest
    @MethodSource("each")
    void readsWhatItWrote(Nonce nonce) {
        byte[] payload = nonce.encode();
        assertThat(payload.length % 4).isZero();
        assertThat(Hostile.parse(payload, Kind.NONCE, Nonce::decode)).usingRecursiveComparison().isEqualTo(nonce);
    }

    @ParameterizedTest
    @MethodSource("each")
    void refusesEveryPrefixAndEveryRest(Nonce nonce) {
        byte[] payload = nonce.encode();
        Hostile.refusesEveryPrefix(payload, Kind.NONCE, Nonce::decode);
        for (int more = 1; more < 50; more++) {
            byte[] longer = Arrays.copyOf(payload, payload.length + more);
            assertThat(Hostile.parse(longer, Kind.NONCE, Nonce::decode)).as("%s more", more).isNull();
        }
    }

    @Test
    void aDiffieHellmanNonceHas296Bytes() {
        byte[] payload = each().get(4).encode();
        assertThat(payload).hasSize(296);
        assertThat(hex(Arrays.copyOfRange(payload, 32, 40))).isEqualTo("00000000930b6200");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, -1", "8, 4", "8, -1", "32, -1", "32, 9", "32, 2147483647", "36, 0", "36, 6425490"})
    void refusesAWordThatIsWrong(int off, int word) {
        byte[] payload = each().get(4).encode();
        Bytes.putInt32(payload, off, word);
        assertThatThrownBy(() -> Nonce.decode(payload, 0, payload.length)).isInstanceOfSatisfying(
                ProtocolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NONCE));
    }

    @Test
    void refusesNineFurtherKeysOfTheRightLength() {
        byte[] payload = Arrays.copyOf(each().get(2).encode(), 36 + 9 * 4);
        Bytes.putInt32(payload, 32, 9);
        assertThat(Hostile.parse(payload, Kind.NONCE, Nonce::decode)).isNull();
    }

    @Test
    void refusesPartsThatTheSchemaDoesNotHave() {
        refused(1, RANDOM, List.of(1), null);
        refused(0, RANDOM, List.of(), new byte[256]);
        refused(2, RANDOM, List.of(), new byte[256]);
        refused(2, RANDOM, Collections.nCopies(9, 1), null);
        refused(3, RANDOM, List.of(), null);
        refused(3, RANDOM, List.of(), new byte[255]);
        refused(1, new byte[15], List.of(), null);
        refused(4, RANDOM, List.of(), null);
        refused(-1, RANDOM, List.of(), null);
    }

    private static void refused(int schema, byte[] nonce, List<Integer> extraKeys, byte[] dhPublic) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Nonce(1, schema, 2, nonce, extraKeys, dhPublic))
                .withMessageContaining("schema " + schema);
    }

    private static byte[] filled(int length, int value) {
        byte[] b = new byte[length];
        Arrays.fill(b, (byte) value);
        return b;
    }
}
