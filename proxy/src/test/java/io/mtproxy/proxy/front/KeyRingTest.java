package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final int LENGTH = 1088;

    private long numbers;

    /** Numbers keys; each consists of its number, again and again. */
    private void number(byte[] dst, int off, int count) {
        ByteBuffer keys = ByteBuffer.wrap(dst, off, count * LENGTH);
        for (int i = 0; i < count; i++, numbers++) {
            for (int j = 0; j < LENGTH; j += 8) {
                keys.putLong(numbers);
            }
        }
    }

    private KeyRing ring(int slots, int batch) {
        return new KeyRing(LENGTH, slots, batch, this::number);
    }

    /** Null when there is none. */
    private static Long take(KeyRing ring) {
        byte[] key = new byte[LENGTH + 2];
        if (!ring.take(key, 1)) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(key, 1, LENGTH);
        long number = buffer.getLong();
        while (buffer.hasRemaining()) {
            assertThat(buffer.getLong()).as("all parts of one key").isEqualTo(number);
        }
        assertThat(key).startsWith(0).endsWith(0);
        return number;
    }

    @Test
    void keysComeInTheirOrderAndOnce() {
        KeyRing ring = ring(8, 2);
        assertThat(take(ring)).isNull();
        for (long i = 0; i < 100; i++) {
            if (i % 2 == 0) {
                assertThat(ring.add()).isTrue();
            }
            assertThat(take(ring)).isEqualTo(i);
        }
        assertThat(take(ring)).isNull();
    }

    @Test
    void noMoreAreMadeThanFit() {
        KeyRing ring = ring(8, 4);
        assertThat(ring.add()).isTrue();
        assertThat(ring.add()).isTrue();
        assertThat(ring.add()).isFalse();
        assertThat(take(ring)).isZero();
        assertThat(ring.add()).as("room for one of four").isFalse();
        assertThat(numbers).isEqualTo(8);
        assertThat(ring.ready()).isEqualTo(7);
    }

    @Test
    void lowIsHalf() {
        KeyRing ring = ring(8, 4);
        assertThat(ring.low()).isTrue();
        ring.add();
        assertThat(ring.low()).isTrue();
        ring.add();
        for (int i = 0; i < 3; i++) {
            take(ring);
            assertThat(ring.low()).isFalse();
        }
        take(ring);
        assertThat(ring.low()).isTrue();
        assertThat(ring.add()).isTrue();
    }

    @Test
    void aLowRingHasToHaveRoom() {
        assertThatThrownBy(() -> ring(12, 4)).hasMessage("12 keys, expected a multiple of 8");
    }

    @Test
    void manyThreadsTakeWholeKeysAndEachOnce() throws Exception {
        KeyRing ring = ring(8, 4);
        AtomicBoolean over = new AtomicBoolean();
        int takers = 4;
        try (ExecutorService threads = Executors.newFixedThreadPool(takers)) {
            List<Future<List<Long>>> taken = new ArrayList<>();
            for (int i = 0; i < takers; i++) {
                taken.add(threads.submit(() -> takeUntil(over, ring)));
            }
            while (numbers < 10_000) {
                if (!ring.add()) {
                    Thread.yield();
                }
            }
            over.set(true);
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> one : taken) {
                assertThat(one.get()).isSorted();
                all.addAll(one.get());
            }
            assertThat(all.stream().sorted()).containsExactlyElementsOf(
                    LongStream.range(0, numbers).boxed().toList());
        }
    }

    private static List<Long> takeUntil(AtomicBoolean over, KeyRing ring) {
        List<Long> taken = new ArrayList<>();
        while (true) {
            boolean last = over.get();
            Long number = take(ring);
            if (number != null) {
                taken.add(number);
            } else if (last) {
                return taken;
            } else {
                Thread.yield();
            }
        }
    }
}
