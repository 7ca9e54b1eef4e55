package io.mtproxy.tools.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void asksUntilItHolds() {
        AtomicInteger asked = new AtomicInteger();

        Await.until("asked thrice", Duration.ofSeconds(20), () -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
    }

    @Test
    void namesWhatDidNotComeTrue() {
        assertThatThrownBy(() -> Await.until("pigs fly", Duration.ofMillis(30), () -> false))
                .hasMessage("not within 30 ms: pigs fly");
    }

    @Test
    void givesUpWhenAskingFails() {
        assertThatThrownBy(() -> Await.until("it answers", Duration.ofSeconds(20), () -> {
            throw new IOException("broken");
        })).hasMessageContaining("it answers").hasRootCauseMessage("broken");
    }
}
