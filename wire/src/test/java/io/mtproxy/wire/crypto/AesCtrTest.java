package io.mtproxy.wire.crypto;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AesCtrTest {
    // NIST SP 800-38A, F.5.5: CTR-AES256.Encrypt
    private static final byte[] KEY = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    private static final byte[] IV = bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    private static final byte[] PLAIN = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    private static final String CIPHER = "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
            + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6";

    @Test
    void fitsThePublishedVector() {
        assertThat(hex(run(new AesCtr(KEY, IV), PLAIN))).isEqualTo(CIPHER);
    }

    @Test
    void carriesThroughAll128Bits() {
        byte[] last = bytes("ffffffffffffffffffffffffffffffff");
        AesCtr wrapping = new AesCtr(KEY, last);
        wrapping.skip(16);
        assertThat(run(wrapping, PLAIN)).isEqualTo(run(new AesCtr(KEY, new byte[16]), PLAIN));
        assertThat(hex(AesCtr.counter(last, 1))).isEqualTo("00".repeat(16));
        assertThat(hex(AesCtr.counter(bytes("0000000000000000ffffffffffffffff"), 2)))
                .isEqualTo("00000000000000010000000000000001");
    }

    @Test
    void reachesTheJdksOwnCarryWhenItGoesThere() {
        byte[] beforeCarry = bytes("00112233445566ffffffffffffffffff");
        AesCtr skipped = new AesCtr(KEY, beforeCarry);
        skipped.skip(33);
        byte[] whole = run(new AesCtr(KEY, beforeCarry), PLAIN);
        assertThat(run(skipped, new byte[31])).isEqualTo(xor(whole, PLAIN, 33, 31));
    }

    @Test
    void goesOnBehindIdle() {
        AesCtr stream = new AesCtr(KEY, IV);
        byte[] out = new byte[PLAIN.length];
        stream.apply(PLAIN, 0, 21, out, 0);
        stream.idle();
        assertThat(stream.position()).isEqualTo(21);
        stream.idle();
        stream.apply(PLAIN, 21, PLAIN.length - 21, out, 21);
        assertThat(hex(out)).isEqualTo(CIPHER);
    }

    @Test
    void streamsLendEachOtherTheirCiphers() {
        CtrCiphers ciphers = new CtrCiphers();
        AesCtr one = new AesCtr(KEY, IV, ciphers);
        AesCtr other = new AesCtr(new byte[32], IV, ciphers);
        byte[] out = new byte[PLAIN.length];
        for (int i = 0; i < PLAIN.length; i++) {
            one.apply(PLAIN, i, 1, out, i);
            one.idle();
            assertThat(ciphers.count()).isEqualTo(1);
            other.apply(PLAIN, 0, 19, new byte[19], 0);
            assertThat(ciphers.count()).isZero();
            other.idle();
        }
        other.idle();
        assertThat(ciphers.count()).isEqualTo(1);
        assertThat(hex(out)).isEqualTo(CIPHER);
        assertThat(other.position()).isEqualTo(19L * PLAIN.length);
    }

    @Test
    void startsAtAVeryFarPosition() {
        long far = Long.MAX_VALUE - 40;
        AesCtr stream = new AesCtr(new AesCtr.State(KEY, IV, far));
        run(stream, new byte[40]);
        assertThat(stream.position()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void copiesWhatItIsGivenAndWhatItGives() {
        byte[] key = KEY.clone();
        byte[] iv = IV.clone();
        AesCtr stream = new AesCtr(key, iv);
        key[0]++;
        iv[0]++;
        stream.save().key()[1]++;
        stream.save().iv()[1]++;
        assertThat(hex(run(stream, PLAIN))).isEqualTo(CIPHER);
    }

    @Test
    void refusesWrongArguments() {
        AesCtr stream = new AesCtr(KEY, IV);
        byte[] b = new byte[32];
        assertThatIllegalArgumentException().isThrownBy(() -> stream.apply(b, 0, 16, b, 16));
        assertThatIllegalArgumentException().isThrownBy(() -> stream.skip(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new AesCtr(new byte[16], IV))
                .withMessageContaining("16").withMessageContaining("32");
        assertThatIllegalArgumentException().isThrownBy(() -> new AesCtr(KEY, new byte[12]));
        assertThatIllegalArgumentException().isThrownBy(() -> new AesCtr(new AesCtr.State(KEY, IV, -1)));
        assertThatThrownBy(() -> stream.apply(b, 17, 16, new byte[16], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> stream.apply(b, 0, 16, new byte[16], 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(stream.position()).isZero();
    }

    private static byte[] run(AesCtr stream, byte[] input) {
        byte[] out = new byte[input.length];
        stream.apply(input, 0, input.length, out, 0);
        return out;
    }

    private static byte[] xor(byte[] a, byte[] b, int off, int len) {
        byte[] result = new byte[len];
        for (int i = 0; i < len; i++) {
            result[i] = (byte) (a[off + i] ^ b[off + i]);
        }
        return result;
    }
}
