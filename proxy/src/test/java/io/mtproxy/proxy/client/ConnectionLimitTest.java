package io.mtproxy.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
    @Test
    void givesOutExactlyWhatThereIs() throws InterruptedException {
        ConnectionLimit limit = new ConnectionLimit(1000);
        AtomicInteger got = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int n = 0; n < 1000; n++) {
                    got.addAndGet(limit.reserve() ? 1 : 0);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(got.get()).isEqualTo(1000);
        assertThat(limit.reserve()).isFalse();
        limit.leave();
        assertThat(limit.reserve()).isTrue();
        assertThat(limit.used()).isEqualTo(1000);
    }

    @Test
    void zeroIsNoLimitButIsCounted() {
        ConnectionLimit limit = new ConnectionLimit(0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.reserve()).isTrue();
        }
        assertThat(limit.used()).isEqualTo(100_000);
    }
}
