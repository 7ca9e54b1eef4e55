package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.Totals;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker's heart beats as long as all of its loops run. */
@Timeout(60)
class HeartbeatTest {
    private final ByteBuffer memory = ByteBuffer.allocateDirect((int) Board.bytes(1));
    private final Board.Slot slot = new Board(memory).slot(0);
    private final Board.Slot supervisors = new Board(memory).slot(0);
    private final AtomicInteger asked = new AtomicInteger();
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        EventLoops kind = EventLoops.choose(null);
        loops.add(kind.create(cause -> {}));
        loops.add(kind.create(cause -> {}));
    }

    @AfterEach
    void stop() throws Exception {
        loops.forEach(EventLoop::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        loops.forEach(EventLoop::close);
    }

    private void addTo(Totals totals) {
        totals.add(Figure.CLIENT_LIMIT, asked.incrementAndGet());
    }

    private void run() {
        for (EventLoop loop : loops) {
            Thread thread = new Thread(loop::run);
            thread.start();
            threads.add(thread);
        }
    }

    private long limit() {
        Totals totals = new Totals();
        supervisors.addTo(totals);
        return totals.get(Figure.CLIENT_LIMIT);
    }

    private void awaitBeats(long more) throws InterruptedException {
        long before = supervisors.beats();
        while (supervisors.beats() < before + more) {
            Thread.sleep(5);
        }
    }

    private void awaitTold(long more) throws InterruptedException {
        long before = limit();
        while (limit() < before + more) {
            Thread.sleep(5);
        }
    }

    @Test
    void numbersAreToldBeforeTheLoopsRun() {
        new Heartbeat(slot, this::addTo, loops).begin();
        assertThat(limit()).isEqualTo(1);
        assertThat(supervisors.beats()).as("it does not serve yet").isEqualTo(Board.Slot.READY);
    }

    @Test
    void itGoesOn() throws Exception {
        new Heartbeat(slot, this::addTo, loops).begin();
        run();
        awaitTold(5);
        awaitBeats(2);
    }

    @Test
    void oneLoopThatHangsStopsTheBeatOfAll() throws Exception {
        new Heartbeat(slot, this::addTo, loops).begin();
        run();
        awaitBeats(1);
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        loops.get(1).execute(() -> {
            hanging.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        hanging.await();
        awaitTold(2); // what the hanging loop had told before is published
        long beats = supervisors.beats();
        awaitTold(10);
        assertThat(supervisors.beats()).as("while numbers are told").isEqualTo(beats);
        released.countDown();
        awaitBeats(1);
    }
}
