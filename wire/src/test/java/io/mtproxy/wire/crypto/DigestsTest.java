package io.mtproxy.wire.crypto;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Vectors;
import org.junit.jupiter.api.Test;

class DigestsTest {
    private static final byte[] A = "a".getBytes(US_ASCII);
    private static final byte[] BC = "bc".getBytes(US_ASCII);

    // RFC 1321 A.5, FIPS 180-2 A.1 and B.1: "abc"
    @Test
    void fitThePublishedVectors() {
        assertThat(hex(Digests.md5(A, BC))).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(hex(Digests.sha1(A, BC))).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(hex(Digests.sha256(A, BC)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(hex(Digests.md5())).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
    }

    // RFC 4231, case 2
    @Test
    void hmacFitsThePublishedVector() {
        byte[] mac = Digests.hmacSha256("Jefe".getBytes(US_ASCII), "what do ya want ".getBytes(US_ASCII),
                "for nothing?".getBytes(US_ASCII));
        assertThat(hex(mac)).isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void bothChecksumsHaveTheirCheckValue() {
        Vectors.Vector v = Vectors.named("crc_check");
        byte[] input = v.hex("input");
        assertThat(ChecksumKind.CRC32.create().of(input, 0, input.length)).isEqualTo(bigEndian(v.hex("crc32")));
        assertThat(ChecksumKind.CRC32C.create().of(input, 0, input.length)).isEqualTo(bigEndian(v.hex("crc32c")));
    }

    @Test
    void aChecksumForgetsTheCallBefore() {
        Checksum32 checksum = ChecksumKind.CRC32C.create();
        int first = checksum.of(A, 0, 1);
        checksum.of(BC, 0, 2);
        assertThat(checksum.of(bytes("0061ff"), 1, 1)).isEqualTo(first);
        assertThat(checksum.kind()).isEqualTo(ChecksumKind.CRC32C);
    }

    private static int bigEndian(byte[] b) {
        return Integer.reverseBytes(Bytes.int32(b, 0));
    }
}
