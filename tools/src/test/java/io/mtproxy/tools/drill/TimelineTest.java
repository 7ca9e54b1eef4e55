package io.mtproxy.tools.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private final Timeline timeline = new Timeline();

    @Test
    void theSignalIsSentWhileNoRequestIsUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicBoolean answered = new AtomicBoolean();
        Thread client = Thread.ofVirtual().start(() -> timeline.request(1, () -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                return "interrupted";
            }
            answered.set(true);
            return "";
        }));
        asked.await();
        AtomicBoolean before = new AtomicBoolean();
        AtomicLong moment = new AtomicLong();
        Thread signal = Thread.ofVirtual().start(() -> moment.set(timeline.between(() -> {
            before.set(answered.get());
            return System.nanoTime();
        })));
        answer.countDown();
        client.join();
        signal.join();

        assertThat(before).as("answered before the signal").isTrue();
        assertThat(timeline.requests(Long.MIN_VALUE / 2 + moment.get(), moment.get())).singleElement()
                .satisfies(request -> assertThat(request.answered()).isTrue());
    }

    @Test
    void requestsBelongToTheTimeInWhichTheyBegan() {
        long begin = System.nanoTime();
        timeline.request(1, () -> "");
        long signal = timeline.between(System::nanoTime);
        timeline.request(1, () -> "reset");
        timeline.stream(2, () -> "");
        long end = System.nanoTime() + 1;

        assertThat(timeline.requests(begin, signal)).hasSize(1);
        assertThat(timeline.requests(signal, end)).extracting(Request::failure).containsExactly("reset");
        assertThat(timeline.streams(begin, end)).extracting(Request::client).containsExactly(2);

        timeline.forget(signal);
        assertThat(timeline.requests(begin, end)).hasSize(1);
    }
}
