package io.mtproxy.wire.crypto;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AesCbcTest {
    // NIST SP 800-38A, F.2.5: CBC-AES256.Encrypt
    private static final byte[] KEY = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    private static final byte[] IV = bytes("000102030405060708090a0b0c0d0e0f");
    private static final byte[] PLAIN = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    private static final byte[] CIPHER = bytes("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");

    @Test
    void fitsThePublishedVector() {
        assertThat(run(AesCbc.encryptor(KEY, IV), PLAIN)).isEqualTo(CIPHER);
        assertThat(run(AesCbc.decryptor(KEY, IV), CIPHER)).isEqualTo(PLAIN);
    }

    @Test
    void writesNothingButTheBlocks() {
        byte[] out = new byte[48];
        AesCbc.encryptor(KEY, IV).apply(PLAIN, 16, 16, out, 16);
        assertThat(hex(out)).startsWith("00".repeat(16)).endsWith("00".repeat(16));
    }

    @Test
    void savesTheLastCipherBlock() {
        AesCbc encryptor = AesCbc.encryptor(KEY, IV);
        assertThat(encryptor.save().chain()).isEqualTo(IV);
        run(encryptor, PLAIN);
        AesCbc decryptor = AesCbc.decryptor(KEY, IV);
        run(decryptor, CIPHER);
        assertThat(hex(encryptor.save().chain())).isEqualTo(hex(CIPHER).substring(32));
        assertThat(decryptor.save().chain()).isEqualTo(encryptor.save().chain());
        assertThat(encryptor.save().encrypt()).isTrue();
        assertThat(decryptor.save().encrypt()).isFalse();
    }

    @Test
    void refusesWrongArguments() {
        AesCbc stream = AesCbc.encryptor(KEY, IV);
        byte[] b = new byte[32];
        assertThatIllegalArgumentException().isThrownBy(() -> stream.apply(b, 0, 16, b, 16));
        assertThatIllegalArgumentException().isThrownBy(() -> stream.apply(b, 0, 15, new byte[32], 0))
                .withMessageContaining("15");
        assertThatIllegalArgumentException().isThrownBy(() -> AesCbc.encryptor(new byte[31], IV));
        assertThatIllegalArgumentException().isThrownBy(() -> AesCbc.decryptor(KEY, new byte[17]));
        assertThatThrownBy(() -> stream.apply(b, 0, 48, new byte[64], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(run(stream, PLAIN)).isEqualTo(CIPHER);
    }

    private static byte[] run(AesCbc stream, byte[] input) {
        byte[] out = new byte[input.length];
        stream.apply(input, 0, input.length, out, 0);
        return out;
    }
}
