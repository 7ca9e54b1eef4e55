package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViasTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final List<Event> told = new ArrayList<>();
    private long now = -1000;
    private final Via light = via("socks5://light:1");
    private final Via heavy = via("http://me:word@heavy:2?weight=9");
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Deque<Runnable> asking = new ArrayDeque<>();
    private final Vias vias = vias(light, heavy);

    private static Via via(String url) {
        return new Via(TunnelUrl.parse(url), new InetSocketAddress(HERE, 1));
    }

    private Vias vias(Via... all) {
        return new Vias(List.of(all), told::add, () -> now, new SplittableRandom(1), this::find, asking::add);
    }

    private List<InetAddress> find(String host) {
        asked.add(host);
        return addresses.getOrDefault(host, List.of());
    }

    private static Vias.Attempt attempt(Via via) {
        return new Vias.Attempt(via, via.address(), via.successes());
    }

    private void failed(Via via, String why) {
        vias.failed(attempt(via), why);
    }

    private static InetSocketAddress at(InetAddress address) {
        return new InetSocketAddress(address, 1);
    }

    private static InetAddress address(int last) {
        return InetAddress.ofLiteral("192.0.2." + last);
    }

    private Via choose() {
        return Objects.requireNonNull(vias.choose()).via();
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
            failed(heavy, "down");
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
        failed(heavy, "down");
        failed(heavy, "down");
        failed(heavy, "down");
        now += 1000;
        awaitChoiceOf(heavy);
    }

    @Test
    void whoIsTriedAgainIsTriedOnce() {
        failed(heavy, "down");
        now += 1000;
        awaitChoiceOf(heavy);
        for (int i = 0; i < 100; i++) {
            assertThat(choose()).isSameAs(light);
        }
    }

    @Test
    void oneThatWorksIsTakenAtOnce() {
        failed(heavy, "down");
        assertThat(vias.healthy(0)).isTrue();
        assertThat(vias.healthy(1)).isFalse();
        vias.worked(attempt(heavy));
        vias.worked(attempt(heavy));
        assertThat(vias.healthy(1)).isTrue();
        awaitChoiceOf(heavy);
        failed(heavy, "again");
        now += 1000;
        awaitChoiceOf(heavy);
        assertThat(told).containsExactly(new Event.ViaDown("http://heavy:2", "down"), new Event.ViaUp("http://heavy:2"),
                new Event.ViaDown("http://heavy:2", "again"));
    }

    @Test
    void whereAllRestTheFirstToBeReadyIsTaken() {
        failed(light, "down");
        now += 500;
        failed(heavy, "down");
        now += 10;
        assertThat(choose()).isSameAs(light);
        assertThat(choose()).as("the first one is on trial").isSameAs(heavy);
    }

    @Test
    void silenceIsTheTargetsWhenOthersGetThroughMeanwhile() {
        Vias.Attempt first = attempt(light);
        vias.worked(attempt(light));
        assertThat(vias.silent(first, "no answer")).isFalse();
        assertThat(vias.healthy(0)).isTrue();
        assertThat(vias.silent(attempt(light), "no answer")).as("nobody got through since").isTrue();
        assertThat(vias.healthy(0)).isFalse();
        assertThat(told).containsExactly(new Event.ViaDown("socks5://light:1", "no answer"));
    }

    // ---- where they are

    @Test
    void aNameThatStandsForAnotherAddressIsFollowed() {
        addresses.put("light", List.of(address(7), address(8)));
        addresses.put("heavy", List.of(address(9), HERE));
        vias.lookUp();
        assertThat(light.address()).isEqualTo(at(address(7)));
        assertThat(heavy.address()).as("it still is one of its addresses").isEqualTo(at(HERE));
        addresses.put("light", List.of(address(8), address(7)));
        vias.lookUp();
        assertThat(light.address()).isEqualTo(at(address(7)));
        assertThat(told).containsExactly(new Event.ViaMoved("socks5://light:1", "127.0.0.1", "192.0.2.7"));
    }

    @Test
    void aNameThatIsNotKnownChangesNothingAndIsToldAtEachOrder() {
        addresses.put("heavy", List.of(HERE));
        vias.lookUp();
        vias.lookUp();
        assertThat(light.address()).isEqualTo(at(HERE));
        Event.ViaNameless nameless = new Event.ViaNameless("socks5://light:1", "light", "127.0.0.1");
        assertThat(told).containsExactly(nameless, nameless);
    }

    @Test
    void addressesAreNotAskedFor() {
        Via four = via("socks5://192.0.2.1:1");
        Via six = via("http://[2001:db8::1]:1");
        Vias literal = vias(four, six);
        literal.lookUp();
        literal.failed(attempt(four), "down");
        literal.failed(attempt(six), "down");
        assertThat(asked).isEmpty();
        assertThat(asking).isEmpty();
    }

    @Test
    void theNameOfOneThatFailsIsAskedForElsewhereOnceForEachRest() {
        failed(heavy, "down");
        failed(heavy, "down");
        assertThat(asked).as("not on the thread of who fails").isEmpty();
        now += 1000;
        failed(heavy, "down");
        assertThat(asking).as("the first question is not answered").hasSize(1);
        asking.remove().run();
        now += 2000;
        failed(heavy, "down");
        asking.remove().run();
        assertThat(asked).containsExactly("heavy", "heavy");
        assertThat(told).as("no address is told once").containsExactly(new Event.ViaDown("http://heavy:2", "down"),
                new Event.ViaNameless("http://heavy:2", "heavy", "127.0.0.1"));
    }

    @Test
    void whatHasMovedRestsForASecondAtMostAndIsNotToBlameForItsOldAddress() {
        for (int i = 0; i < 7; i++) {
            failed(heavy, "down");
            now += 60_000;
        }
        failed(heavy, "down");
        Vias.Attempt late = attempt(heavy);
        addresses.put("heavy", List.of(address(9)));
        asking.remove().run();
        vias.failed(late, "late");
        now += 999;
        assertThat(choose()).isSameAs(light);
        now++;
        awaitChoiceOf(heavy);
        vias.failed(late, "later");
        vias.worked(late);
        assertThat(vias.healthy(1)).as("what is known of the old address says nothing").isFalse();
        vias.worked(attempt(heavy));
        assertThat(told).containsExactly(new Event.ViaDown("http://heavy:2", "down"),
                new Event.ViaMoved("http://heavy:2", "127.0.0.1", "192.0.2.9"), new Event.ViaUp("http://heavy:2"));
    }
}
