package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private static final int SMALL = 4 << 10;
    private static final int LARGE = (256 + 16) << 10;

    private final BufferPool pool = new BufferPool(2 << 20);

    @Test
    void whatIsGivenIsTakenAgain() {
        Chunk chunk = pool.take(100);
        assertThat(chunk.array).hasSize(SMALL);
        assertThat(pool.bytesInUse()).isEqualTo(SMALL);
        pool.give(chunk);

        assertThat(pool.bytesInUse()).isZero();
        assertThat(pool.bytesKept()).isEqualTo(SMALL);
        assertThat(pool.take(SMALL)).isSameAs(chunk);
        assertThat(pool.bytesKept()).isZero();
    }

    @Test
    void theBytesThatAreKeptAreBounded() {
        giveAll(takeAll(6, LARGE));
        assertThat(pool.bytesKept()).as("half of it for one size").isEqualTo(3 * LARGE);
        giveAll(takeAll(500, SMALL));

        assertThat(pool.bytesKept()).isEqualTo(3 * LARGE + (1 << 20));
    }

    @Test
    void whatIsMadeToMeasureIsNotKept() {
        pool.give(pool.take(2 << 20));

        assertThat(pool.bytesKept()).isZero();
        assertThat(pool.bytesInUse()).isZero();
    }

    @Test
    void whatWasNotNeededBetweenTwoTrimsIsLetGo() {
        giveAll(takeAll(4, LARGE));
        assertThat(pool.trim()).as("just used").isZero();
        giveAll(takeAll(1, LARGE));

        assertThat(pool.trim()).isEqualTo(2 * LARGE);
        assertThat(pool.bytesKept()).isEqualTo(LARGE);
        assertThat(pool.trim()).isEqualTo(LARGE);
        assertThat(pool.bytesKept()).isZero();
    }

    private List<Chunk> takeAll(int count, int size) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(pool.take(size));
        }
        return chunks;
    }

    private void giveAll(List<Chunk> chunks) {
        chunks.forEach(pool::give);
    }
}
