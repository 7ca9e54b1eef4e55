package io.mtproxy.tools.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoopProxy;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.PacketService;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a client tells of a proxy that does not do what it should. */
class VisitorTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int ENOUGH = 4;

    private final Timeline timeline = new Timeline();

    private Window visits(PacketService service, UnaryOperator<byte[]> answers) throws Exception {
        long begin = System.nanoTime();
        try (LoopProxy proxy = new LoopProxy(service, answers)) {
            LoadTarget target = LoadTarget.of(proxy.address(), LoopProxy.SECRET);
            Thread client = Thread.ofVirtual()
                    .start(new Visitor(1, target.client(0), SOON, timeline, new SplittableRandom()));
            Await.until("some requests", SOON, () -> ended(begin).requests().size() >= ENOUGH);
            timeline.end();
            client.join();
        }
        return ended(begin);
    }

    private Window ended(long begin) {
        return timeline.ended(begin, begin + Long.MAX_VALUE / 2);
    }

    @Test
    void whatGoesWellIsNoLoss() throws Exception {
        Window window = visits(new LoadService(), answer -> answer);

        assertThat(window.lost()).isZero();
        assertThat(window.breaks()).isEmpty();
    }

    @Test
    void anotherByteIsSeen() throws Exception {
        Window window = visits(new LoadService(), answer -> {
            answer[answer.length - 1]++;
            return answer;
        });

        assertThat(window.wrong()).isEqualTo(window.requests().size());
    }

    /** The request that follows succeeds on a new connection, and still somebody was cut off. */
    @Test
    void anEndBetweenTwoRequestsIsSeen() throws Exception {
        LoadService service = new LoadService();
        Window window = visits((session, packet) -> {
            boolean known = service.packet(session, packet);
            Thread.ofVirtual().start(() -> {
                pause();
                session.closeExt();
            });
            return known;
        }, answer -> answer);

        assertThat(window.breaks()).isNotEmpty();
        assertThat(window.dropped()).isEqualTo(window.breaks().size());
    }

    /** Less than a client waits between two requests. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(DrillScale.PAUSE.toMillis() / 5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nobodyThatListensIsARefusal() throws Exception {
        LoopProxy gone = new LoopProxy(new LoadService(), answer -> answer);
        gone.close();
        long begin = System.nanoTime();
        LoadTarget target = LoadTarget.of(gone.address(), LoopProxy.SECRET);
        Thread client = Thread.ofVirtual()
                .start(new Newcomer(1, target.client(0), timeline, new SplittableRandom()));
        Await.until("some visits", SOON, () -> ended(begin).visits().size() >= ENOUGH);
        timeline.end();
        client.join();

        assertThat(ended(begin).refused()).isEqualTo(ended(begin).visits().size());
    }
}
