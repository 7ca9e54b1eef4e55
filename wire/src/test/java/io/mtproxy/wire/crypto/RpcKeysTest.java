package io.mtproxy.wire.crypto;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import io.mtproxy.wire.crypto.RpcKeys.Direction;
import io.mtproxy.wire.crypto.RpcKeys.Endpoint;
import io.mtproxy.wire.crypto.RpcKeys.Material;
import io.mtproxy.wire.crypto.RpcKeys.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcKeysTest {
    @ParameterizedTest
    @ValueSource(strings = {"rpc_nonce_v4", "rpc_nonce_v4_nat", "rpc_nonce_v6"})
    void derivesTheKeysThatTheCProgramUses(String id) {
        Vector v = Vectors.named(id);
        Material m = material(v, v.hex("nonce_client"), v.hex("nonce_server"));
        byte[] secret = v.hex("secret_file_hex");
        assertThat(hex(RpcKeys.input(Role.CLIENT, m, secret))).isEqualTo(v.text("input_CLIENT"));
        assertKeys(v, m, secret, null);
    }

    @Test
    void mixesADiffieHellmanValueIn() {
        Vector v = Vectors.named("rpc_nonce_dh");
        Material m = material(v, nonce(v.hex("client_nonce_frame")), nonce(v.hex("server_nonce_frame")));
        byte[] secret = v.hex("secret_file_hex");
        byte[] shared = v.hex("g_ab_temp_key");
        assertThat(hex(RpcKeys.xor(RpcKeys.input(Role.CLIENT, m, secret), shared)))
                .isEqualTo(v.text("kdf_input_after_xor_CLIENT"));
        assertKeys(v, m, secret, shared);
    }

    @Test
    void aDiffieHellmanValueShorterThanTheInputLeavesTheRest() {
        assertThat(RpcKeys.xor(new byte[] {1, 2, 3}, new byte[] {1, 1})).containsExactly(0, 3, 3);
        assertThat(RpcKeys.xor(new byte[] {1, 2}, new byte[] {1, 1, 7})).containsExactly(0, 3, 7);
    }

    @Test
    void refusesPartsOfTheWrongSize() {
        Endpoint narrow = new Endpoint(new byte[4], 1);
        Endpoint wide = new Endpoint(new byte[16], 1);
        byte[] nonce = new byte[16];
        refused(new Material(nonce, nonce, 0, narrow, wide), "4 and 16");
        refused(new Material(nonce, nonce, 0, wide, narrow), "16 and 4");
        Endpoint odd = new Endpoint(new byte[5], 1);
        refused(new Material(nonce, nonce, 0, odd, odd), "5 and 5");
        refused(new Material(new byte[15], nonce, 0, narrow, narrow), "15 bytes, expected 16");
        refused(new Material(nonce, new byte[17], 0, narrow, narrow), "17 bytes, expected 16");
    }

    private static void refused(Material m, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> RpcKeys.derive(Role.CLIENT, m, new byte[32], null))
                .withMessageContaining(message);
    }

    private static void assertKeys(Vector v, Material m, byte[] secret, byte[] shared) {
        Direction write = RpcKeys.derive(Role.CLIENT, m, secret, shared);
        Direction read = RpcKeys.derive(Role.SERVER, m, secret, shared);
        assertThat(hex(write.key())).isEqualTo(v.text("client_write_key"));
        assertThat(hex(write.iv())).isEqualTo(v.text("client_write_iv"));
        assertThat(hex(read.key())).isEqualTo(v.text("client_read_key"));
        assertThat(hex(read.iv())).isEqualTo(v.text("client_read_iv"));
    }

    private static Material material(Vector v, byte[] clientNonce, byte[] serverNonce) {
        return new Material(clientNonce, serverNonce, v.number("client_ts"),
                new Endpoint(v.translated("client_ip"), v.number("client_port")),
                new Endpoint(v.translated("server_ip"), v.number("server_port")));
    }

    private static byte[] nonce(byte[] frame) {
        return java.util.Arrays.copyOfRange(frame, 24, 40);
    }
}
