package io.mtproxy.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReplayCacheTest {
    private static final long NOW = 1_790_000_000;
    private static final int DAY = 86_400;

    private final ReplayCache cache = ReplayCache.local();
    private final Random random = new Random(1);

    private byte[] hello() {
        byte[] hello = new byte[43];
        random.nextBytes(hello);
        return hello;
    }

    private boolean admit(byte[] hello, long now) {
        return cache.admit(hello, 11, now);
    }

    @Test
    void aHelloIsAdmittedOnce() {
        byte[] hello = hello();
        assertThat(admit(hello, NOW)).isTrue();
        assertThat(admit(hello, NOW)).isFalse();
        assertThat(admit(hello, NOW + DAY)).isFalse();
        assertThat(admit(hello(), NOW)).isTrue();
    }

    @Test
    void asInCTheMemoryGoesTwoDaysBack() {
        byte[] hello = hello();
        admit(hello, NOW);
        assertThat(admit(hello, NOW + 2 * DAY)).isFalse();
        assertThat(admit(hello, NOW + 2 * DAY + 1)).isTrue();
    }

    @Test
    void itKnowsSinceWhenItRemembers() {
        assertThat(cache.rememberedSince(NOW)).isEqualTo(ReplayCache.NEVER);
        admit(hello(), NOW);
        assertThat(cache.rememberedSince(NOW + 100)).isEqualTo(NOW);
        assertThat(cache.rememberedSince(NOW + 3 * DAY)).isEqualTo(NOW + DAY);
    }

    @Test
    void aFullOneForgetsTheOldestAndSaysSo() {
        List<byte[]> old = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            old.add(hello());
            assertThat(admit(old.getLast(), NOW)).isTrue();
        }
        int many = 600_000; // of 262,144 places
        for (int i = 0; i < many; i++) {
            admit(hello(), NOW + 1 + i / 1000);
        }
        long now = NOW + many / 1000;
        long since = cache.rememberedSince(now);
        assertThat(since).isBetween(NOW + 1, now - 1);
        assertThat(old).anyMatch(hello -> admit(hello, now));
    }

    @Test
    void whatCameAfterThatIsAllRemembered() {
        List<byte[]> all = new ArrayList<>();
        int each = 4000;
        for (int i = 0; i < 400_000; i++) {
            all.add(hello());
            admit(all.getLast(), NOW + i / each);
        }
        long now = NOW + 100;
        long since = cache.rememberedSince(now);
        assertThat(since).isLessThan(now - 20);
        List<byte[]> later = all.subList((int) (since - NOW + 1) * each, all.size());
        assertThat(later).noneMatch(hello -> admit(hello, now));
    }

    @Test
    void aClockThatIsSetBackForgetsNothing() {
        byte[] hello = hello();
        admit(hello, NOW);
        assertThat(admit(hello, NOW - DAY)).isFalse();
    }

    @Test
    void threadsThatBringTheSameHelloAreNeverAdmittedBoth() throws Exception {
        int threads = 4;
        CyclicBarrier together = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 2000; round++) {
                byte[] hello = hello();
                Callable<Boolean> attempt = () -> {
                    together.await();
                    return admit(hello, NOW);
                };
                int admitted = 0;
                for (Future<Boolean> each : pool.invokeAll(Collections.nCopies(threads, attempt))) {
                    admitted += each.get() ? 1 : 0;
                }
                assertThat(admitted).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void twoViewsOfTheSameMemoryAreOneCache() {
        ByteBuffer memory = ByteBuffer.allocateDirect(ReplayCache.BYTES + 8).alignedSlice(8);
        byte[] hello = hello();
        assertThat(new ReplayCache(memory).admit(hello, 11, NOW)).isTrue();
        assertThat(new ReplayCache(memory.duplicate()).admit(hello, 11, NOW)).isFalse();
    }
}
