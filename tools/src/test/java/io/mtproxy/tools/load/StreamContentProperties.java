package io.mtproxy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StreamContentProperties {

    @Property
    void anyPieceIsThatPartOfTheWhole(@ForAll long seed, @ForAll @IntRange(max = 50) int words,
            @ForAll @IntRange(max = 100) int length) {
        byte[] whole = new byte[600];
        StreamContent.fill(seed, 0, whole, 0, whole.length);
        byte[] piece = new byte[length + 2];

        StreamContent.fill(seed, 8L * words, piece, 1, length);

        assertThat(Arrays.copyOfRange(piece, 1, 1 + length))
                .isEqualTo(Arrays.copyOfRange(whole, 8 * words, 8 * words + length));
        assertThat(piece[0]).isZero();
        assertThat(piece[length + 1]).isZero();
    }

    @Example
    void noPieceLooksLikeAnother() {
        byte[] content = new byte[1 << 16];
        StreamContent.fill(42, 0, content, 0, content.length);

        long different = java.util.stream.IntStream.range(0, content.length / 8)
                .mapToLong(i -> io.mtproxy.wire.crypto.Bytes.int64(content, 8 * i)).distinct().count();

        assertThat(different).isEqualTo(content.length / 8);
    }
}
