package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViasTest {
    private final List<Event> told = new ArrayList<>();
    private long now = -1000;
    private final Via light = via("socks5://light:1");
    private final Via heavy = via("http://me:word@heavy:2?weight=9");
    private final Vias vias = new Vias(List.of(light, heavy), told::add, () -> now, new SplittableRandom(1));

    private static Via via(String url) {
        return new Via(TunnelUrl.parse(url), new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }

    private Via choose() {
        return Objects.requireNonNull(vias.choose());
    }

    @Test
    void withoutAnyTheWayIsDirect() {
        assertThat(Vias.none().choose()).isNull();
        assertThat(Vias.none().size()).isZero();
    }

    @Test
    void theyAreChosenByWeight() {
        int heavyChosen = 0;
        for (int i = 0; i < 10_000; i++) {
            heavyChosen += choose() == heavy ? 1 : 0;
        }
        assertThat(heavyChosen).isBetween(8_800, 9_200);
    }

    @Test
    void oneThatFailsRestsEachTimeTwiceAsLong() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            vias.failed(heavy, "down");
            now += seconds * 1000 - 1;
            assertThat(choose()).as("before %s s are over", seconds).isSameAs(light);
            now++;
            awaitChoiceOf(heavy);
        }
        assertThat(told).containsExactly(new Event.ViaDown("http://heavy:2", "down"));
    }

    private void awaitChoiceOf(Via wanted) {
        for (int i = 0; i < 1000; i++) {
            if (choose() == wanted) {
                return;
            }
        }
        throw new AssertionError(wanted + " is not chosen");
    }

    @Test
    void attemptsThatFailTogetherAreOneFailure() {
        vias.failed(heavy, "down");
        vias.failed(heavy, "down");
        vias.failed(heavy, "down");
        now += 1000;
        awaitChoiceOf(heavy);
    }

    @Test
    void whoIsTriedAgainIsTriedOnce() {
        vias.failed(heavy, "down");
        now += 1000;
        awaitChoiceOf(heavy);
        for (int i = 0; i < 100; i++) {
            assertThat(choose()).isSameAs(light);
        }
    }

    @Test
    void oneThatWorksIsTakenAtOnce() {
        vias.failed(heavy, "down");
        assertThat(vias.healthy(0)).isTrue();
        assertThat(vias.healthy(1)).isFalse();
        vias.worked(heavy);
        vias.worked(heavy);
        assertThat(vias.healthy(1)).isTrue();
        awaitChoiceOf(heavy);
        vias.failed(heavy, "again");
        now += 1000;
        awaitChoiceOf(heavy);
        assertThat(told).containsExactly(new Event.ViaDown("http://heavy:2", "down"), new Event.ViaUp("http://heavy:2"),
                new Event.ViaDown("http://heavy:2", "again"));
    }

    @Test
    void whereAllRestTheFirstToBeReadyIsTaken() {
        vias.failed(light, "down");
        now += 500;
        vias.failed(heavy, "down");
        now += 10;
        assertThat(choose()).isSameAs(light);
        assertThat(choose()).as("the first one is on trial").isSameAs(heavy);
    }
}
