package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private final TimerWheel wheel = new TimerWheel(1_000_000);
    private final List<String> fired = new ArrayList<>();

    @Test
    void firesNotEarlyAndAtMostOneTickLate() {
        wheel.schedule(1_000_003, 100, () -> fired.add("a"));
        for (long now = 1_000_003; now < 1_000_103; now++) {
            wheel.advance(now);
            assertThat(fired).isEmpty();
        }
        wheel.advance(1_000_103 + TimerWheel.TICK_MILLIS);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void aTimerBeyondOneTurnOfTheWheelWaitsForItsTurn() {
        wheel.schedule(1_000_000, 60_000, () -> fired.add("far"));
        wheel.schedule(1_000_000, 60_000 % (512 * TimerWheel.TICK_MILLIS), () -> fired.add("same slot, near"));
        wheel.advance(1_050_000);
        assertThat(fired).containsExactly("same slot, near");
        wheel.advance(1_060_008);
        assertThat(fired).containsExactly("same slot, near", "far");
    }

    @Test
    void aCancelledTimerDoesNotFireAndCancellingTwiceIsHarmless() {
        TimerWheel.Timer timer = wheel.schedule(1_000_000, 50, () -> fired.add("never"));
        wheel.cancel(timer);
        wheel.cancel(timer);
        wheel.cancel(null);
        assertThat(wheel.size()).isZero();
        assertThat(wheel.delayMillis(1_000_000)).isEqualTo(-1);
        wheel.advance(1_001_000);
        assertThat(fired).isEmpty();
    }

    @Test
    void aTaskMayCancelItsNeighbourAndSetAnother() {
        TimerWheel.Timer[] second = new TimerWheel.Timer[1];
        wheel.schedule(1_000_000, 40, () -> {
            fired.add("first");
            wheel.cancel(second[0]);
            wheel.schedule(1_000_040, 0, () -> fired.add("third"));
        });
        second[0] = wheel.schedule(1_000_000, 40, () -> fired.add("second"));
        wheel.advance(1_000_048);
        wheel.advance(1_000_064);
        assertThat(fired).containsExactly("first", "third");
    }

    @Test
    void tellsHowLongToWait() {
        wheel.schedule(1_000_000, 400, () -> fired.add("x"));
        assertThat(wheel.delayMillis(1_000_000)).isBetween(393L, 408L);
        assertThat(wheel.delayMillis(1_000_390)).isBetween(1L, 18L);
    }

    @Test
    void afterALongRestWithoutTimersANewOneIsOnTime() {
        wheel.schedule(500_000_000, 16, () -> fired.add("x"));
        wheel.advance(500_000_008);
        assertThat(fired).isEmpty();
        wheel.advance(500_000_024);
        assertThat(fired).containsExactly("x");
    }
}
