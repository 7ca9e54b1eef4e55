package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.TimerWheel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A middle proxy that begins a frame and lets a byte come now and then is heard all the time. */
class LinkPulseTest {
    private static final int STEP = 1000;
    private static final int FRAME_MILLIS = 20_000;

    private final Dripping link = new Dripping();
    private final TimerWheel wheel = new TimerWheel(0);
    private final LinkPulse pulse = new LinkPulse(link, timers(), 3_600_000, LinkBounds.DEFAULT);
    private long now;

    /** A loop that has only timers, which {@link #pass} moves. */
    private EventLoop timers() {
        return (EventLoop) Proxy.newProxyInstance(EventLoop.class.getClassLoader(), new Class<?>[] {EventLoop.class},
                (loop, method, arguments) -> {
                    if (!method.getName().equals("after")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return wheel.schedule(now, (Long) arguments[0], (Runnable) arguments[1]);
                });
    }

    private static final class Dripping implements LinkPulse.Subject {
        private final List<String> ends = new ArrayList<>();
        private boolean sameFrame = true;
        private boolean paused;

        @Override
        public boolean tookNothing() {
            return false;
        }

        @Override
        public boolean sameFrame() {
            return sameFrame;
        }

        @Override
        public boolean readingPaused() {
            return paused;
        }

        @Override
        public boolean spare() {
            return false;
        }

        @Override
        public void suspend(boolean now, CloseReason why) {}

        @Override
        public void ping() {}

        @Override
        public void end(CloseReason reason, String detail) {
            ends.add(reason + ": " + detail);
        }
    }

    @BeforeEach
    void begin() {
        pulse.begin();
    }

    private void pass(int millis) {
        for (long end = now + millis; now < end;) {
            pulse.heard();
            now += STEP;
            wheel.advance(now);
        }
    }

    private void assertEnded() {
        assertThat(link.ends).containsExactly("LINK_STUCK: a frame was not complete after 20000 ms of reading");
    }

    @Test
    void aFrameThatDripsEndsTheLinkAtTheBound() {
        pass(FRAME_MILLIS - STEP);
        assertThat(link.ends).isEmpty();
        pass(STEP);
        assertEnded();
    }

    @Test
    void framesThatEndInTimeMayFollowOneAnotherForEver() {
        for (int i = 0; i < 10; i++) {
            link.sameFrame = true;
            pass(FRAME_MILLIS - 5 * STEP);
            link.sameFrame = false;
            pass(5 * STEP);
        }
        assertThat(link.ends).isEmpty();
    }

    @Test
    void timeInWhichWeDoNotReadIsNotCounted() {
        pass(FRAME_MILLIS / 2);
        link.paused = true;
        pass(10 * FRAME_MILLIS);
        link.paused = false;
        pass(FRAME_MILLIS / 2 - STEP);
        assertThat(link.ends).isEmpty();
        pass(STEP);
        assertEnded();
    }
}
