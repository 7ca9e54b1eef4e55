package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectBudgetTest {
    private static final int LIMIT = 3;
    private static final int LOOPS = 6;
    private static final int CONNECTS = 2000;

    private final ConnectBudget budget = new ConnectBudget(LIMIT);
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(LOOPS * CONNECTS);

    /** As an event loop: its own thread, and connects that end some iterations later. */
    private final class Loop implements ConnectBudget.Waiter {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private int left = CONNECTS;
        private boolean waits;

        void dial() {
            while (left > 0 && !waits) {
                if (budget.take(this)) {
                    left--;
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    thread.execute(this::end);
                } else {
                    waits = true;
                }
            }
        }

        private void end() {
            now.decrementAndGet();
            budget.give();
            done.countDown();
        }

        @Override
        public void placeFree() {
            thread.execute(() -> {
                waits = false;
                dial();
                budget.offer();
            });
        }
    }

    @Test
    void neverMoreThanTheLimitAndNobodyIsForgotten() throws Exception {
        List<Loop> loops = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            Loop loop = new Loop();
            loops.add(loop);
            loop.thread.execute(loop::dial);
        }
        try {
            assertThat(done.await(60, TimeUnit.SECONDS)).as("%s connects are left", done.getCount()).isTrue();
            assertThat(most.get()).isEqualTo(LIMIT);
            assertThat(budget.used()).isZero();
        } finally {
            loops.forEach(loop -> loop.thread.shutdownNow());
        }
    }

    @Test
    void aWaiterIsToldOnceThereIsAPlace() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            assertThat(budget.take(() -> told.add("not needed"))).isTrue();
        }
        assertThat(budget.take(() -> told.add("first"))).isFalse();
        assertThat(budget.take(() -> told.add("second"))).isFalse();
        assertThat(told).isEmpty();
        budget.give();
        assertThat(told).containsExactly("first");
        budget.offer(); // the first did not need it
        assertThat(told).containsExactly("first", "second");
        assertThat(budget.used()).isEqualTo(LIMIT - 1);
    }
}
