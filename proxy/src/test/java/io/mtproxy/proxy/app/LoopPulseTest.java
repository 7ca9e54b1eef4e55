package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.EventLoops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopPulseTest {
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private LoopPulse pulse;

    @BeforeEach
    void start() throws Exception {
        EventLoops kind = EventLoops.choose(null);
        loops.add(kind.create(cause -> {}));
        loops.add(kind.create(cause -> {}));
        pulse = new LoopPulse(loops);
    }

    @AfterEach
    void stop() throws Exception {
        loops.forEach(EventLoop::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        loops.forEach(EventLoop::close);
    }

    private void run(EventLoop loop) {
        Thread thread = new Thread(loop::run);
        thread.start();
        threads.add(thread);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when each loop has run what it was given before. */
    private void turn() {
        for (EventLoop loop : loops) {
            CountDownLatch turned = new CountDownLatch(1);
            loop.execute(turned::countDown);
            await(turned);
        }
    }

    @Test
    void loopsThatTurnBeat() {
        loops.forEach(this::run);
        for (int i = 0; i < 10; i++) {
            assertThat(pulse.beats()).isTrue();
            turn();
        }
    }

    @Test
    void loopsAreGivenUntilTheSecondLookToBegin() {
        assertThat(pulse.beats()).isTrue();
        assertThat(pulse.beats()).isFalse();
        loops.forEach(this::run);
        turn();
        assertThat(pulse.beats()).isTrue();
    }

    @Test
    void oneOfThemThatHangsIsEnoughForNone() {
        loops.forEach(this::run);
        CountDownLatch released = new CountDownLatch(1);
        loops.get(1).execute(() -> await(released));
        assertThat(pulse.beats()).as("nobody was asked yet").isTrue();
        assertThat(pulse.beats()).isFalse();
        assertThat(pulse.beats()).isFalse();
        released.countDown();
        turn();
        assertThat(pulse.beats()).as("it goes on").isTrue();
    }
}
