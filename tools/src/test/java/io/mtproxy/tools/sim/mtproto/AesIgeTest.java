package io.mtproxy.tools.sim.mtproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AesIgeTest {
    private final byte[] key = sequence(32, 7, 1);
    private final byte[] iv = sequence(32, 11, 3);
    private final byte[] data = sequence(64, 5, 9);

    /** The expected bytes were computed by the AES-IGE of another implementation (GramJS 2.26.22). */
    @Test
    void agreesWithAnotherImplementation() {
        byte[] expected = HexFormat.of().parseHex("f5b6274727814b17a0fc1fa62bf3d1e684be0fbb44477dd8d92fe5e630a44fdf" //
                + "c46e3ef951b9b6a9f3084ddbfc484acb1b5ae912b8227a97cb28bf47b7f9e6c1");
        assertThat(AesIge.encrypt(data, key, iv)).isEqualTo(expected);
        assertThat(AesIge.decrypt(expected, key, iv)).isEqualTo(data);
    }

    @Test
    void refusesPartsOfBlocks() {
        assertThatThrownBy(() -> AesIge.encrypt(new byte[17], key, iv)).hasMessageContaining("17 bytes");
    }

    private static byte[] sequence(int length, int factor, int start) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * factor + start);
        }
        return bytes;
    }
}
