package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.front.ProbeHello.Kind;
import io.mtproxy.proxy.front.SiteProbe.Heard;
import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SiteReportTest {
    private static final Kind CLASSIC = new Kind(false, false);
    private static final String SEVERAL = "Multiple encrypted client data packets are unsupported, so handshake with d "
            + "will not be fully emulated";

    private final List<Heard> heard = new ArrayList<>();
    private final RecordedLog log = new RecordedLog();

    private SiteReportTest hear(Kind kind, boolean reversed, Integer... records) {
        ServerHello hello = new ServerHello(122, 0x1301, 0x1d, reversed ? List.of(0x2b, 0x33) : List.of(0x33, 0x2b));
        heard.add(new Heard(kind, new SeenAnswer(hello, 1, List.of(records))));
        return this;
    }

    private List<String> cLines() {
        SiteReport.cLines("d", heard, 1_234_567_890, log);
        return log.lines;
    }

    private static String success(int reversed, int size, int random) {
        return "0:Successfully checked domain d in 1.235 seconds: is_reversed_extension_order = " + reversed
                + ", server_hello_encrypted_size = " + size + ", use_random_encrypted_size = " + random;
    }

    @Test
    void oneSizeIsToldAsItIs() {
        assertThat(hear(CLASSIC, false, 3000).hear(CLASSIC, false, 3000).cLines()).containsExactly(success(0, 3000, 0));
    }

    @Test
    void upToThreeApartAreToldByTheLargestLessOne() {
        assertThat(hear(CLASSIC, false, 3000).hear(CLASSIC, false, 3003).cLines()).containsExactly(success(0, 3002, 1));
    }

    @Test
    void furtherApartAreToldByTheirMean() {
        assertThat(hear(CLASSIC, false, 3000).hear(CLASSIC, false, 3000).hear(CLASSIC, false, 3005).cLines())
                .containsExactly("Unrecognized encrypted application data length pattern with min = 3000, max = 3005, "
                        + "mean = 3001.667", success(0, 3002, 1));
    }

    @Test
    void severalRecordsAreToldByTheFirst() {
        assertThat(hear(CLASSIC, false, 2000, 281, 69).cLines()).containsExactly(success(0, 2000, 0), SEVERAL);
    }

    @Test
    void aSmallFirstRecordBehindVersionsIsTakenForOneOfSeveralAsInC() {
        assertThat(hear(CLASSIC, true, 1250).cLines()).containsExactly(success(1, 1250, 0), SEVERAL);
        log.lines.clear();
        heard.clear();
        assertThat(hear(CLASSIC, true, 1251).cLines()).containsExactly(success(1, 1251, 0));
    }

    @Test
    void ordersThatChangeAreTold() {
        assertThat(hear(CLASSIC, true, 3000).hear(CLASSIC, false, 3000).cLines())
                .containsExactly("Upstream server d uses non-deterministic extension order", success(0, 3000, 0));
    }

    @Test
    void hellosLikeThoseOfCCountWhileThereAreSome() {
        assertThat(hear(new Kind(true, false), false, 20).hear(CLASSIC, false, 3000).cLines())
                .containsExactly(success(0, 3000, 0));
        log.lines.clear();
        heard.clear();
        assertThat(hear(new Kind(true, false), false, 3001).cLines()).containsExactly(success(0, 3001, 0));
    }

    private static Answer answer(int group, Integer... records) {
        return new Answer(0x1301, group, List.of(0x2b, 0x33), 122, 1, List.of(new Flight(1, List.of(records))));
    }

    private List<String> advice(@Nullable Answer hybrid, Answer classic) {
        SiteReport.advice(new SiteSighting("d", SiteSighting.Origin.PROBED, 1, 0, hybrid, classic), log);
        return log.lines;
    }

    @Test
    void aGoodModelNeedsNoAdvice() {
        assertThat(advice(answer(0x11ec, 3000), answer(0x1d, 3000))).isEmpty();
    }

    @Test
    void whatMakesABadModelIsSaid() {
        assertThat(advice(answer(0x1d, 42, 16_000, 700), answer(0x1d, 42, 16_000, 700)))
                .satisfiesExactly(line -> assertThat(line).contains("[42, 16000, 700]", "16640", "Better"),
                        line -> assertThat(line).contains("cut to 16640 bytes", "Better"),
                        line -> assertThat(line).contains("chooses X25519", "Better"));
    }

    @Test
    void aSiteThatFailsAtLargeHellosIsABadModel() {
        assertThat(advice(null, answer(0x1d, 3000))).singleElement().asString()
                .contains("does not answer hellos of today's size");
    }

    @Test
    void theSummarySaysWhatIsInUse() {
        SiteSighting drawn = Sightings.drawn("d", 100, 1);
        assertThat(SiteReport.summary(drawn)).isEqualTo("group 11ec, cipher suite as the client, extensions 51, 43, "
                + "encrypted first flight of 2599, 2600, 2601 bytes");
    }
}
