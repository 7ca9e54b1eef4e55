package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestTest {
    private final BufferPool pool = new BufferPool();

    @Test
    void growsWithItsBytesAndKeepsThem() {
        Rest rest = new Rest(pool, 128);
        for (int i = 0; i < 300_000; i++) {
            rest.room(1);
            rest.array()[rest.start() + rest.length()] = (byte) i;
            rest.advance(1);
        }
        assertThat(rest.length()).isEqualTo(300_000);
        for (int i = 0; i < 300_000; i++) {
            assertThat(rest.array()[128 + i]).isEqualTo((byte) i);
        }
        assertThat(pool.bytesInUse()).isLessThanOrEqualTo(2 << 20);
        rest.drop();
        assertThat(rest.isEmpty()).isTrue();
        assertThat(pool.bytesInUse()).isZero();
        assertThat(pool.chunksInUse()).isZero();
    }

    @Test
    void keepingThePartBehindMovesItToTheFront() {
        Rest rest = new Rest(pool, 4);
        rest.keep(new byte[] {1, 2, 3, 4, 5}, 1, 4);
        rest.keep(rest.array(), rest.start() + 2, 2);
        assertThat(rest.length()).isEqualTo(2);
        assertThat(rest.array()[4]).isEqualTo((byte) 4);
        assertThat(rest.array()[5]).isEqualTo((byte) 5);
        rest.keep(rest.array(), 0, 0);
        assertThat(rest.isEmpty()).isTrue();
        assertThat(pool.chunksInUse()).isZero();
    }
}
