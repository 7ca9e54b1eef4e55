package io.mtproxy.wire.crypto;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DiffieHellmanTest {
    private static final byte[] PRIME = Vectors.constants().hex("rpc_dh_prime_be");
    /** where in a DH nonce frame without further keys the public value stands */
    private static final int VALUE = 8 + 40;

    @Test
    void agreesWithTheCProgram() {
        Vector v = Vectors.named("rpc_nonce_dh");
        DiffieHellman ours = new DiffieHellman(v.hex("dh_a"));
        assertThat(hex(ours.publicValue())).isEqualTo(hex(value(v.hex("client_nonce_frame"))));
        assertThat(hex(ours.shared(value(v.hex("server_nonce_frame"))))).isEqualTo(v.text("g_ab_temp_key"));
    }

    @Test
    void theGroupIsTheOneThatTheSelectorNames() {
        byte[] head = new byte[8];
        Bytes.putInt32(head, 0, Vectors.constants().number("rpc_dh_generator"));
        Bytes.putInt32(head, 4, 0x000100fe);
        assertThat(Bytes.int32(Digests.sha1(head, PRIME), 0)).isEqualTo(DiffieHellman.PARAMS_SELECT)
                .isEqualTo(Vectors.constants().number("dh_params_select"));
        assertThat(new DiffieHellman(new BigInteger(1, PRIME).toByteArray()).publicValue())
                .as("g to the p-th is g again").isEqualTo(withTail(new byte[256], 3));
    }

    @Test
    void bothSidesShareOneValue() {
        SecureRandom random = new SecureRandom();
        DiffieHellman one = DiffieHellman.create(random);
        DiffieHellman other = DiffieHellman.create(random);
        assertThat(one.publicValue()).hasSize(256).isNotEqualTo(other.publicValue());
        assertThat(DiffieHellman.acceptable(one.publicValue())).isTrue();
        assertThat(one.shared(other.publicValue())).hasSize(256).isEqualTo(other.shared(one.publicValue()));
    }

    @Test
    void keepsLeadingZeros() {
        assertThat(new DiffieHellman(new byte[] {5}).publicValue()).isEqualTo(withTail(new byte[256], 243));
        assertThat(new DiffieHellman(new byte[] {0}).publicValue()).isEqualTo(withTail(new byte[256], 1));
    }

    @Test
    void checksTheFirstEightBytesAsTheCProgramDoes() {
        assertThat(DiffieHellman.acceptable(starting(new byte[8]))).as("zeros").isFalse();
        assertThat(DiffieHellman.acceptable(starting(withTail(new byte[8], 1)))).as("one").isTrue();
        byte[] top = Arrays.copyOf(PRIME, 8);
        assertThat(DiffieHellman.acceptable(starting(top))).as("those of the prime").isFalse();
        top[7]--;
        assertThat(DiffieHellman.acceptable(starting(top))).as("one below").isTrue();
        top[0] = (byte) 0xff;
        assertThat(DiffieHellman.acceptable(starting(top))).as("above").isFalse();
        assertThat(DiffieHellman.acceptable(new byte[255])).isFalse();
        assertThat(DiffieHellman.acceptable(Arrays.copyOf(new byte[] {1}, 257))).isFalse();
    }

    @Test
    void refusesABadPeer() {
        DiffieHellman ours = new DiffieHellman(new byte[] {5});
        assertThatThrownBy(() -> ours.shared(new byte[256])).isInstanceOfSatisfying(ProtocolException.class,
                e -> assertThat(e.kind()).isEqualTo(ProtocolException.Kind.NONCE));
        assertThatThrownBy(() -> ours.shared(PRIME)).isInstanceOf(ProtocolException.class);
    }

    private static byte[] starting(byte[] top) {
        return Arrays.copyOf(top, 256);
    }

    private static byte[] withTail(byte[] b, int last) {
        b[b.length - 1] = (byte) last;
        return b;
    }

    private static byte[] value(byte[] frame) {
        return Arrays.copyOfRange(frame, VALUE, VALUE + 256);
    }
}
