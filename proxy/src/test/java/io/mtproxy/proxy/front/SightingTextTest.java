package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.proxy.front.SiteSighting.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SightingTextTest {
    private static final String TEXT = """
            mtproxy-site 1
            domain www.example.org
            origin probed
            seen-at 1790000000
            chacha-first 1303
            hybrid suite=1301 group=11ec extensions=002b,0033 server-hello=1210 ccs=1
            hybrid-flight times=7 records=42,2611,281,69
            hybrid-flight times=3 records=42,2611,280,69
            classic suite=1302 group=001d extensions=0033,002b server-hello=122 ccs=-1
            classic-flight times=10 records=16640
            end
            """;
    private static final SiteSighting SIGHTING = new SiteSighting("www.example.org", Origin.PROBED, 1_790_000_000,
            0x1303,
            new Answer(0x1301, 0x11ec, List.of(0x2b, 0x33), 1210, 1,
                    List.of(new Flight(7, List.of(42, 2611, 281, 69)), new Flight(3, List.of(42, 2611, 280, 69)))),
            new Answer(0x1302, 0x1d, List.of(0x33, 0x2b), 122, -1, List.of(new Flight(10, List.of(16_640)))));

    private static SiteSighting read(String text) throws SightingText.Malformed {
        return SightingText.read(text, "www.example.org");
    }

    @Test
    void theFormatIsThis() throws Exception {
        assertThat(SightingText.write(SIGHTING)).isEqualTo(TEXT);
        assertThat(read(TEXT)).isEqualTo(SIGHTING);
    }

    @Test
    void theHybridAnswerMayBeMissing() throws Exception {
        SiteSighting without = new SiteSighting(SIGHTING.domain(), Origin.DRAWN, 0, 0, null, SIGHTING.classic());
        assertThat(read(SightingText.write(without))).isEqualTo(without);
    }

    @Test
    void noPartOfItIsTakenForAll() {
        for (int length = 0; length < TEXT.length(); length++) {
            String part = TEXT.substring(0, length);
            assertThatThrownBy(() -> read(part)).as("%s characters", length).isInstanceOf(SightingText.Malformed.class);
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', value = {
            "mtproxy-site 1         | mtproxy-site 2          | line 1 is 'mtproxy-site 2', expected 'mtproxy-site 1'",
            "www.example.org        | www.example.com         | line 2 is",
            "origin probed          | origin guessed          | line 3 is 'origin guessed', expected origin probed or drawn",
            "seen-at 1790000000     | seen-at -1              | line 4 is",
            "seen-at 1790000000     | seen-at 9999999999999   | line 4 is",
            "seen-at 1790000000     | seen-at x               | line 4 is",
            "chacha-first 1303      | chacha-first 1304       | line 5 is",
            "group=11ec             | group=0017              | line 6 is",
            "extensions=002b,0033   | extensions=002b,002b    | line 6 is",
            "server-hello=1210      | server-hello=0          | line 6 is",
            "server-hello=1210      | server-hello=12345678901234567890 | line 6 is",
            "ccs=1                  | ccs=65                  | line 6 is",
            "ccs=1                  | ccs=1 ech=1             | line 6 is",
            "times=7                | times=0                 | line 7 is",
            "times=7                | times=1001              | line 7 is",
            "records=42,            | records=,42,            | line 7 is",
            "records=42,            | records=0,              | line 7 is",
            "records=42,            | records=16641,          | line 7 is",
            "hybrid-flight times=3  | hybrid-flight  times=3  | line 8 is",
            "classic suite          | classic  suite          | line 9 is",
            "end                    | END                     | line 11 is 'END', expected 'end'"})
    void aWrongValueIsNamedWithItsLine(String from, String to, String message) {
        assertThatThrownBy(() -> read(TEXT.replaceFirst(from, to))).isInstanceOf(SightingText.Malformed.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void moreBehindTheEndIsRefused() {
        assertThatThrownBy(() -> read(TEXT + "\n")).isInstanceOf(SightingText.Malformed.class);
        assertThatThrownBy(() -> read(TEXT + "end\n")).isInstanceOf(SightingText.Malformed.class);
    }

    @Test
    void tooManyFlightsOrRecordsAreRefused() {
        String flight = "classic-flight times=10 records=16640\n";
        assertThatThrownBy(() -> read(TEXT.replace(flight, flight.repeat(65))))
                .isInstanceOf(SightingText.Malformed.class);
        assertThatThrownBy(() -> read(TEXT.replace("records=16640", "records=1" + ",1".repeat(64))))
                .isInstanceOf(SightingText.Malformed.class);
    }

    @Test
    void whatIsShownOfHostileTextDoesNoHarmInALog() {
        assertThatThrownBy(() -> read("\u001b[31m" + "x".repeat(500))).hasMessageStartingWith("line 1 is '?[31mxxx")
                .hasMessageContaining(" ...', expected").message().hasSizeLessThan(120);
    }
}
