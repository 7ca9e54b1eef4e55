package io.mtproxy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.crypto.Digests;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StreamDigestTest {

    private final StreamDigest digest = new StreamDigest();

    @Test
    void tellsLengthAndHashOfWhatCameInTurn() {
        assertThat(add(0, "ab")).isTrue();
        assertThat(add(1, "c")).isTrue();

        StreamDigest.Result result = digest.finish();

        assertThat(result.bytes()).isEqualTo(3);
        assertThat(result.sha256()).isEqualTo(Digests.sha256("abc".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aPieceOutOfTurnSpoilsTheStreamButNotTheNext() {
        assertThat(add(0, "ab")).isTrue();
        assertThat(add(2, "c")).isFalse();
        assertThat(add(1, "c")).isFalse();
        assertThat(digest.finish().sha256()).isEmpty();

        assertThat(add(0, "abc")).isTrue();
        assertThat(digest.finish().sha256()).hasSize(32);
    }

    private boolean add(long sequence, String text) {
        byte[] b = text.getBytes(StandardCharsets.US_ASCII);
        return digest.add(sequence, b, 0, b.length);
    }
}
