package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.proxy.front.SiteSighting.Origin;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SightingTextProperties {
    @Property
    void whatIsWrittenIsRead(@ForAll("sightings") SiteSighting sighting) throws Exception {
        assertThat(SightingText.read(SightingText.write(sighting), sighting.domain())).isEqualTo(sighting);
    }

    @Provide
    Arbitrary<SiteSighting> sightings() {
        Arbitrary<Integer> suites = Arbitraries.of(0, 0x1301, 0x1302, 0x1303);
        Arbitrary<List<Flight>> flights = Combinators
                .combine(Arbitraries.integers().between(1, 20),
                        Arbitraries.integers().between(1, 16_640).list().ofMinSize(1).ofMaxSize(64))
                .as(Flight::new).list().ofMinSize(1).ofMaxSize(20);
        Arbitrary<Answer> answers = Combinators
                .combine(suites, Arbitraries.of(0x1d, 0x11ec),
                        Arbitraries.of(List.of(0x2b, 0x33), List.of(0x33, 0x2b)),
                        Arbitraries.integers().between(1, 16_384), Arbitraries.integers().between(-1, 64), flights)
                .as(Answer::new);
        return Combinators.combine(Arbitraries.strings().ofMaxLength(60), Arbitraries.of(Origin.values()),
                Arbitraries.longs().between(0, 1L << 40), suites, answers.injectNull(0.3), answers)
                .as(SiteSighting::new);
    }

    @Property
    void noiseIsRefused(@ForAll String noise) {
        assertThatThrownBy(() -> SightingText.read(noise, "")).isInstanceOf(SightingText.Malformed.class);
        assertThatThrownBy(() -> SightingText.read("mtproxy-site 1\n" + noise, ""))
                .isInstanceOf(SightingText.Malformed.class);
    }
}
