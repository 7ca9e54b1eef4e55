package io.mtproxy.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A stream is the same in one call and in any pieces, saved and restored, dropped and skipped at any offset. */
class StreamProperties {
    @Provide
    Arbitrary<byte[]> keys() {
        return Arbitraries.bytes().array(byte[].class).ofSize(32);
    }

    /** Half of the counters are about to carry. */
    @Provide
    Arbitrary<byte[]> ivs() {
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofSize(16);
        return Arbitraries.oneOf(any, any.map(iv -> {
            byte[] full = iv.clone();
            Arrays.fill(full, iv[0] & 15, 16, (byte) 0xff);
            return full;
        }));
    }

    @Property
    void ctrInAnyChunks(@ForAll("keys") byte[] key, @ForAll("ivs") byte[] iv, @ForAll @Size(max = 300) byte[] input,
            @ForAll List<@IntRange(max = 50) Integer> chunks, @ForAll @IntRange(max = 3) int between) {
        byte[] whole = new byte[input.length];
        new AesCtr(key, iv).apply(input, 0, input.length, whole, 0);
        AesCtr stream = new AesCtr(key, iv);
        byte[] pieces = new byte[input.length + 1];
        int at = 0;
        for (int chunk : chunks) {
            int len = Math.min(chunk, input.length - at);
            stream.apply(input, at, len, pieces, at + 1);
            at += len;
            stream = disturbed(stream, between);
        }
        stream.apply(input, at, input.length - at, pieces, at + 1);
        assertThat(Arrays.copyOfRange(pieces, 1, pieces.length)).isEqualTo(whole);
        assertThat(stream.position()).isEqualTo(input.length);
    }

    private static AesCtr disturbed(AesCtr stream, int how) {
        if (how == 1) {
            return new AesCtr(stream.save());
        }
        if (how == 2) {
            stream.idle();
        }
        if (how == 3) {
            stream.skip(0);
        }
        return stream;
    }

    @Property
    void ctrSkipIsApplyWithoutOutput(@ForAll("keys") byte[] key, @ForAll("ivs") byte[] iv,
            @ForAll @IntRange(max = 100) int before, @ForAll @IntRange(max = 100) int skipped) {
        AesCtr skipping = new AesCtr(key, iv);
        byte[] out = new byte[300];
        skipping.apply(new byte[before], 0, before, out, 0);
        skipping.skip(skipped);
        skipping.apply(new byte[50], 0, 50, out, before + skipped);
        byte[] whole = new byte[before + skipped + 50];
        new AesCtr(key, iv).apply(new byte[whole.length], 0, whole.length, whole, 0);
        assertThat(Arrays.copyOfRange(out, before + skipped, before + skipped + 50))
                .isEqualTo(Arrays.copyOfRange(whole, before + skipped, whole.length));
    }

    @Property
    void ctrIsItsOwnInverse(@ForAll("keys") byte[] key, @ForAll("ivs") byte[] iv, @ForAll byte[] input) {
        byte[] there = new byte[input.length];
        byte[] back = new byte[input.length];
        new AesCtr(key, iv).apply(input, 0, input.length, there, 0);
        new AesCtr(key, iv).apply(there, 0, input.length, back, 0);
        assertThat(back).isEqualTo(input);
    }

    @Property
    void cbcInAnyChunks(@ForAll("keys") byte[] key, @ForAll("ivs") byte[] iv,
            @ForAll List<@IntRange(max = 5) Integer> chunks, @ForAll boolean restore, @ForAll boolean encrypt) {
        byte[] input = new byte[16 * (chunks.stream().mapToInt(Integer::intValue).sum())];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) (i * 31 + key[i % 32]);
        }
        byte[] whole = new byte[input.length];
        new AesCbc(new AesCbc.State(encrypt, key, iv)).apply(input, 0, input.length, whole, 0);
        AesCbc stream = new AesCbc(new AesCbc.State(encrypt, key, iv));
        byte[] pieces = new byte[input.length];
        int at = 0;
        for (int chunk : chunks) {
            stream.apply(input, at, chunk * 16, pieces, at);
            at += chunk * 16;
            stream = restore ? new AesCbc(stream.save()) : stream;
        }
        assertThat(pieces).isEqualTo(whole);
    }

    @Property
    void cbcDecryptsWhatItEncrypted(@ForAll("keys") byte[] key, @ForAll("ivs") byte[] iv,
            @ForAll @Size(max = 20) byte[] some) {
        byte[] input = Arrays.copyOf(some, 16 * some.length);
        byte[] there = new byte[input.length];
        byte[] back = new byte[input.length];
        AesCbc.encryptor(key, iv).apply(input, 0, input.length, there, 0);
        AesCbc.decryptor(key, iv).apply(there, 0, input.length, back, 0);
        assertThat(back).isEqualTo(input);
    }
}
