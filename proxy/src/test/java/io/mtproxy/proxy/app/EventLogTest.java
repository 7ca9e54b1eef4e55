package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.log.Log;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two loops tell the same change of state; the operator reads it once. */
class EventLogTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final EventLog events;

    EventLogTest() {
        Log log = new Log(out, 1, Clock.systemUTC());
        log.verbosity(1);
        events = new EventLog(log);
    }

    private List<String> lines() {
        return out.toString().lines().map(l -> l.substring(l.indexOf("local] ") + 7)).toList();
    }

    private static Event down(boolean wasUp) {
        return new Event.TargetDown("t", wasUp, CloseReason.LINK_CLOSED, "x");
    }

    @Test
    void upOnceDownOnceUpAgain() {
        events.on(new Event.TargetUp("t"));
        events.on(new Event.TargetUp("t"));
        events.on(down(true));
        events.on(down(true));
        events.on(new Event.TargetUp("t"));
        assertThat(lines()).containsExactly("target t is up", "target t is down: link_closed (x)", "target t is up");
    }

    @Test
    void neverUpIsToldOnce() {
        events.on(down(false));
        events.on(down(false));
        events.on(new Event.TargetUp("t"));
        assertThat(lines()).containsExactly("target t is down: link_closed (x)", "target t is up");
    }

    @Test
    void aLoopThatCannotConnectWhileAnotherCanIsNotDown() {
        events.on(new Event.TargetUp("t"));
        events.on(down(false));
        assertThat(lines()).containsExactly("target t is up");
    }

    @Test
    void aBrokenLinkIsToldThoughItWasTheLastOfItsLoopOnly() {
        events.on(new Event.TargetUp("t"));
        events.on(new Event.TargetUp("t"));
        events.on(new Event.TargetDown("t", true, CloseReason.LINK_BAD_LENGTH, "x"));
        events.on(new Event.TargetDown("t", true, CloseReason.LINK_BAD_CHECKSUM, "y"));
        assertThat(lines()).containsExactly("target t is up", "closed a link to t: link_bad_length (x)",
                "target t is down: link_bad_checksum (y)");
    }

    @Test
    void dataCentresOnce() {
        events.on(new Event.Unreachable(2, 3000));
        events.on(new Event.Unreachable(2, 3000));
        events.on(new Event.Reachable(2));
        events.on(new Event.Reachable(2));
        assertThat(lines()).hasSize(2);
    }
}
