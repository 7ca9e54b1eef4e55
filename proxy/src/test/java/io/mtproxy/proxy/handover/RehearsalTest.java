package io.mtproxy.proxy.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.EventLoops;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rehearsal in which nothing goes through trains nothing. */
class RehearsalTest {
    private static final int CLIENTS = 48;
    private static final int ROUNDS = 2;
    /** Three of four have a session from the beginning, and so a lane that Telegram knows. */
    private static final int KNOWN = 36;

    @Test
    void everybodySaysSomethingAndIsAnswered() throws IOException {
        EventLoops loops = EventLoops.choose(null);
        assumeTrue(loops.kind() != EventLoops.Kind.NIO, loops.reason());
        List<Counters> counted = Rehearsal.perform(loops);
        assertThat(counted).isNotEmpty().allSatisfy(counters -> {
            assertThat(counters.get(Counter.CLIENTS)).as("left at the end").isZero();
            assertThat(counters.get(Counter.CLIENTS_PROVEN)).isEqualTo(CLIENTS - KNOWN);
            assertThat(counters.get(Counter.QUERIES_FORWARDED)).isEqualTo(CLIENTS * ROUNDS);
            assertThat(counters.get(Counter.ANSWERS_FORWARDED)).isEqualTo(KNOWN * ROUNDS);
            assertThat(counters.get(Counter.ACKS_FORWARDED)).isEqualTo(KNOWN);
            assertThat(counters.get(Counter.LINKS_DIALED)).isZero();
        });
    }

    @Test
    void whereItCannotBeDoneNothingHappens() {
        Rehearsal.play(new EventLoops(EventLoops.Kind.NIO, "asked for"));
    }
}
