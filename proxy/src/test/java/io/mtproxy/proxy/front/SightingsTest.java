package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.front.ProbeHello.Kind;
import io.mtproxy.proxy.front.SiteProbe.Heard;
import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private static final Kind HYBRID = new Kind(true, false);
    private static final Kind CLASSIC = new Kind(false, false);
    private static final Kind CHACHA = new Kind(false, true);
    private static final ServerHello MLKEM = new ServerHello(1210, 0x1301, 0x11ec, List.of(0x2b, 0x33));
    private static final ServerHello X25519 = new ServerHello(122, 0x1301, 0x1d, List.of(0x2b, 0x33));

    private final List<Heard> heard = new ArrayList<>();

    private SightingsTest hear(int times, Kind kind, ServerHello hello, Integer... records) {
        heard.addAll(Collections.nCopies(times, new Heard(kind, new SeenAnswer(hello, 1, List.of(records)))));
        return this;
    }

    private SightingsTest silence(int times, Kind kind) {
        heard.addAll(Collections.nCopies(times, new Heard(kind, null)));
        return this;
    }

    private SiteSighting sighting() {
        return Objects.requireNonNull(Sightings.of("front.test", heard, 1000));
    }

    @Test
    void eachKindOfHelloHasItsAnswer() {
        hear(7, HYBRID, MLKEM, 23, 900, 69).hear(3, HYBRID, MLKEM, 23, 901, 69).hear(10, CLASSIC, X25519, 45, 900, 69);
        assertThat(sighting().hybrid()).isEqualTo(new Answer(0x1301, 0x11ec, List.of(0x2b, 0x33), 1210, 1,
                List.of(new Flight(7, List.of(23, 900, 69)), new Flight(3, List.of(23, 901, 69)))));
        assertThat(sighting().classic()).isEqualTo(new Answer(0x1301, 0x1d, List.of(0x2b, 0x33), 122, 1,
                List.of(new Flight(10, List.of(45, 900, 69)))));
        assertThat(sighting().probed()).isTrue();
        assertThat(sighting().seenAt()).isEqualTo(1000);
    }

    @Test
    void theMostFrequentCountsInTheClear() {
        ServerHello other = new ServerHello(122, 0x1302, 0x1d, List.of(0x33, 0x2b));
        hear(4, CLASSIC, other, 1000).hear(6, CLASSIC, X25519, 1000);
        assertThat(sighting().classic().cipherSuite()).isEqualTo(0x1301);
        assertThat(sighting().classic().reversed()).isTrue();
    }

    @Test
    void theChoiceForChachaFirstStandsApart() {
        hear(2, CHACHA, new ServerHello(122, 0x1303, 0x1d, List.of(0x2b, 0x33)), 1000).hear(1, CLASSIC, X25519, 1000);
        assertThat(sighting().chachaFirst()).isEqualTo(0x1303);
        assertThat(sighting().classic().cipherSuite()).isEqualTo(0x1301);
        assertThat(sighting().classic().flights()).containsExactly(new Flight(3, List.of(1000)));
    }

    @Test
    void aFlightThatWasCutShortDoesNotCount() {
        hear(1, CLASSIC, X25519, 42, 900).hear(1, CLASSIC, X25519, 42).hear(8, CLASSIC, X25519, 42, 900, 281, 69);
        assertThat(sighting().classic().flights()).containsExactly(new Flight(8, List.of(42, 900, 281, 69)));
    }

    @Test
    void aKindThatLessThanHalfWereAnsweredOfIsUnknown() {
        hear(4, HYBRID, MLKEM, 1000).silence(6, HYBRID).hear(5, CLASSIC, X25519, 1000).silence(5, CLASSIC);
        assertThat(sighting().hybrid()).isNull();
        assertThat(sighting().main()).isEqualTo(sighting().classic());
    }

    @Test
    void withoutAnAnswerToClassicHellosTheOtherIsAdapted() {
        hear(10, HYBRID, MLKEM, 1000).silence(10, CLASSIC);
        assertThat(sighting().classic())
                .isEqualTo(
                        new Answer(0x1301, 0x1d, List.of(0x2b, 0x33), 122, 1, List.of(new Flight(10, List.of(1000)))));
    }

    @Test
    void fewAnswersAreNone() {
        hear(4, HYBRID, MLKEM, 1000).silence(6, HYBRID).hear(4, CLASSIC, X25519, 1000).silence(6, CLASSIC);
        assertThat(Sightings.of("front.test", heard, 1000)).isNull();
        assertThat(Sightings.of("front.test", List.of(), 1000)).isNull();
    }

    @Test
    void aDrawnSightingIsInTheRangeOfCAndVariesAsItDoes() {
        assertThat(Sightings.drawn("d", 0, 1).classic().flights()).containsExactly(new Flight(2, List.of(2500)),
                new Flight(1, List.of(2499)), new Flight(1, List.of(2501)));
        assertThat(Sightings.drawn("d", 1119, 1).main().flights().getFirst().oneRecord()).isEqualTo(3619);
        assertThat(Sightings.drawn("d", 5, 1).probed()).isFalse();
        assertThat(Sightings.drawn("d", 5, 1).classic().serverHelloLength()).isEqualTo(122);
        assertThat(Sightings.drawn("d", 5, 1).main().serverHelloLength()).isEqualTo(1210);
        assertThat(Sightings.drawn("d", 5, 1).main().reversed()).isFalse();
    }

    @Test
    void oneRecordTakesAsManyBytesOnTheWireAsAll() {
        Flight flight = new Flight(1, List.of(42, 2611, 281, 69));
        assertThat(flight.bytes()).isEqualTo(47 + 2616 + 286 + 74);
        assertThat(5 + flight.oneRecord()).isEqualTo(flight.bytes());
        assertThat(new Flight(1, List.of(16_640)).oneRecord()).isEqualTo(16_640);
        assertThat(new Flight(1, List.of(16_000, 16_000)).oneRecord()).isEqualTo(16_640);
    }
}
