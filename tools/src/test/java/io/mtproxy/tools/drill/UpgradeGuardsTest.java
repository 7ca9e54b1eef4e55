package io.mtproxy.tools.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.stability.Vitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each guard by itself: everything else is as good as it can be. */
class UpgradeGuardsTest {

    private static final long GONE = Duration.ofSeconds(1).toNanos();
    private static final Request GOOD = request(0, 10, "");
    private static final Window CALM = new Window(List.of(GOOD), List.of(GOOD), List.of(GOOD), List.of(GOOD),
            List.of());
    private static final Look FIRST = look(100, 80, 20);

    private static Request request(long begunMillis, long millis, String failure) {
        long begun = Duration.ofMillis(begunMillis).toNanos();
        return new Request(1, begun, begun + Duration.ofMillis(millis).toNanos(), failure);
    }

    private static Look look(long servedBy, long descriptors, long threads) {
        return new Look(servedBy, new Vitals(descriptors, threads, 1 << 20));
    }

    private static Hop hop(int number) {
        return new Hop(number, new Handover(100 + number, 60, 10, 400), 500, 0, GONE, look(100 + number, 82, 24), CALM,
                List.of());
    }

    private static Hop with(Window window) {
        return new Hop(2, hop(2).handover(), 500, 0, GONE, hop(2).after(), window, List.of());
    }

    private static List<Request> and(Request bad) {
        return List.of(GOOD, bad);
    }

    private static Window requests(Request bad) {
        return new Window(and(bad), CALM.streams(), CALM.visits(), CALM.questions(), List.of());
    }

    private static Window streams(Request bad) {
        return new Window(CALM.requests(), and(bad), CALM.visits(), CALM.questions(), List.of());
    }

    private static Window visits(Request bad) {
        return new Window(CALM.requests(), CALM.streams(), and(bad), CALM.questions(), List.of());
    }

    private static Window questions(Request... bad) {
        List<Request> all = new ArrayList<>(CALM.questions());
        all.addAll(List.of(bad));
        return new Window(CALM.requests(), CALM.streams(), CALM.visits(), all, List.of());
    }

    private static Window breaks(String reason) {
        return new Window(CALM.requests(), CALM.streams(), CALM.visits(), CALM.questions(),
                List.of(request(500, 0, reason)));
    }

    private static Upgrades good() {
        return new Upgrades(CALM, FIRST, List.of(hop(1), hop(2), hop(3)), List.of(100L, 101L, 102L, 103L), 200,
                new ProgramRun.Stop(50, 0), 0, "");
    }

    /** All is well but the second one. */
    private static Upgrades second(Hop hop) {
        return new Upgrades(CALM, FIRST, List.of(hop(1), hop, hop(3)), good().pids(), 200, good().stop(), 0, "");
    }

    private static List<String> failing(Upgrades upgrades) {
        return UpgradeGuards.of(upgrades).stream().filter(guard -> !guard.holds()).map(Guard::id).toList();
    }

    private static List<String> failing(Window window) {
        return failing(second(with(window)));
    }

    @Test
    void atTheirBoundsAllHold() {
        assertThat(failing(good())).isEmpty();
        assertThat(UpgradeGuards.of(good())).hasSize(40);
        assertThat(failing(requests(request(999, 1020, "")))).isEmpty();
        assertThat(failing(visits(request(999, 1020, "")))).isEmpty();
        assertThat(failing(questions(request(0, 1, "no page of counters: nothing")))).isEmpty();
    }

    @Test
    void everyRequestIsAnswered() {
        assertThat(failing(requests(request(500, 10, Reasons.NO_ANSWER)))).containsExactly("upgrade-2.requests");
        assertThat(failing(visits(request(500, 10, "closed")))).containsExactly("upgrade-2.requests");
    }

    @Test
    void nobodyIsRefused() {
        assertThat(failing(visits(request(500, 10, Reasons.REFUSED)))).containsExactly("upgrade-2.requests",
                "upgrade-2.refused");
        assertThat(failing(questions(request(500, 10, Reasons.REFUSED)))).containsExactly("upgrade-2.refused");
    }

    @Test
    void noSessionIsDropped() {
        assertThat(failing(breaks("closed"))).containsExactly("upgrade-2.dropped");
        assertThat(failing(streams(request(500, 10, "reset")))).containsExactly("upgrade-2.dropped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA-256 of a download differs", "a piece of a download out of turn",
            "broken packet: length 12345"})
    void noByteOfAStreamIsWrong(String failure) {
        assertThat(failing(streams(request(500, 10, failure)))).containsExactly("upgrade-2.dropped",
                "upgrade-2.bytes");
    }

    @Test
    void noByteOfAnAnswerIsWrong() {
        assertThat(failing(requests(request(500, 10, "an answer with other data"))))
                .containsExactly("upgrade-2.requests", "upgrade-2.bytes");
    }

    @Test
    void countersGoOn() {
        Hop fallen = new Hop(2, hop(2).handover(), 500, 0, GONE, hop(2).after(), CALM, List.of("x fell from 2 to 1"));

        assertThat(failing(second(fallen))).containsExactly("upgrade-2.counters");
    }

    @Test
    void countersAreToldWhoeverAsks() {
        Request cut = request(500, 1, "no page of counters: nothing");

        assertThat(failing(questions(cut, cut))).containsExactly("upgrade-2.stats");
    }

    @Test
    void nobodyWaitsForLong() {
        assertThat(failing(requests(request(999, 1021, "")))).containsExactly("upgrade-2.slowest");
        assertThat(failing(visits(request(999, 1021, "")))).containsExactly("upgrade-2.visit");
        // begun when the old process had gone: not of the upgrade
        assertThat(failing(requests(request(1000, 1021, "")))).isEmpty();
    }

    @Test
    void theFreezeIsShort() {
        Hop tooLong = new Hop(2, new Handover(102, 60, 10, 401), 500, 0, GONE, hop(2).after(), CALM, List.of());

        assertThat(failing(second(tooLong))).containsExactly("upgrade-2.frozen");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 143})
    void theOldProcessEndsWithZero(int exitCode) {
        Hop ended = new Hop(2, hop(2).handover(), 500, exitCode, GONE, hop(2).after(), CALM, List.of());

        assertThat(failing(second(ended))).containsExactly("upgrade-2.exit");
    }

    @Test
    void theNewProcessServes() {
        Hop other = new Hop(2, hop(2).handover(), 500, 0, GONE, look(101, 80, 20), CALM, List.of());

        assertThat(failing(second(other))).containsExactly("upgrade-2.serves");
    }

    @Test
    void whoWasNotAskedHasShownNothing() {
        Window idle = new Window(List.of(), List.of(), List.of(), List.of(), List.of());

        assertThat(failing(idle)).containsExactly("upgrade-2.asked");
        assertThat(failing(good(upgrades -> new Upgrades(idle, FIRST, upgrades.hops(), upgrades.pids(), 200,
                upgrades.stop(), 0, "")))).contains("before.asked");
    }

    private static Upgrades good(UnaryOperator<Upgrades> change) {
        return change.apply(good());
    }

    @Test
    void nothingIsLostBeforeTheFirstEither() {
        for (Window lossy : List.of(requests(request(0, 10, "closed")), streams(request(0, 10, "closed")),
                visits(request(0, 10, "closed")), questions(request(0, 10, "closed")), breaks("closed"))) {
            assertThat(failing(good(upgrades -> new Upgrades(lossy, FIRST, upgrades.hops(), upgrades.pids(), 200,
                    upgrades.stop(), 0, "")))).containsExactly("before.lost");
        }
    }

    @Test
    void eachProcessIsAnother() {
        assertThat(failing(good(upgrades -> new Upgrades(CALM, FIRST, upgrades.hops(), List.of(100L, 101L, 102L, 101L),
                200, upgrades.stop(), 0, "")))).containsExactly("pids");
    }

    @Test
    void theLastOneNeedsNoMoreThanTheFirst() {
        assertThat(failing(last(look(103, 83, 24)))).containsExactly("descriptors");
        assertThat(failing(last(look(103, 82, 25)))).containsExactly("threads");
    }

    private static Upgrades last(Look look) {
        Hop last = new Hop(3, hop(3).handover(), 500, 0, GONE, look, CALM, List.of());
        return good(upgrades -> new Upgrades(CALM, FIRST, List.of(hop(1), hop(2), last), upgrades.pids(), 200,
                upgrades.stop(), 0, ""));
    }

    @Test
    void theEnd() {
        assertThat(failing(good(upgrades -> new Upgrades(CALM, FIRST, upgrades.hops(), upgrades.pids(), 200,
                new ProgramRun.Stop(50, 1), 0, "")))).containsExactly("stop.exit");
        assertThat(failing(good(upgrades -> new Upgrades(CALM, FIRST, upgrades.hops(), upgrades.pids(), 200,
                upgrades.stop(), 1, "")))).containsExactly("log");
        assertThat(failing(good(upgrades -> new Upgrades(CALM, FIRST, List.of(), List.of(100L), 200,
                upgrades.stop(), 0, "the new process exited with code 1")))).containsExactly("broken-off");
    }
}
