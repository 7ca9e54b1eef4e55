package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SiteProfilesTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private final RecordedLog log = new RecordedLog();

    private static FrontSettings settings(int port, String... domains) {
        return new FrontSettings(List.of(domains), port, 20, Duration.ofSeconds(30), Duration.ofHours(6), null,
                new byte[16]);
    }

    @Test
    void anotherProcessTakesOverAllThatIsKnown() throws Exception {
        try (FakeSite site = FakeSite.with(3000)) {
            FrontSettings settings = settings(site.port(), "a.test", "bücher.test", "nowhere.test");
            SiteProfiles asked = SiteProfiles.ask(settings, d -> d.startsWith("nowhere") ? null : HERE,
                    OwnSockets.NONE, log);
            SiteProfiles taken = SiteProfiles.take(asked.text(), settings, d -> null, OwnSockets.NONE);
            assertThat(taken.current().all()).map(Site::sighting)
                    .isEqualTo(asked.current().all().stream().map(Site::sighting).toList());
            assertThat(taken.current().fallback().target(443)).isEqualTo(new InetSocketAddress(HERE, site.port()));
            assertThat(taken.current().all().getLast().target(443)).isNull();
            assertThat(taken.text()).isEqualTo(asked.text());
        }
    }

    @Test
    void onlyWhatIsAboutTheSameDomainsIsTakenOver() throws Exception {
        SiteProfiles asked = SiteProfiles.ask(settings(443, "front.test"), domain -> null, OwnSockets.NONE,
                log);
        for (String text : List.of("", "at", asked.text() + asked.text(), asked.text().replace("end\n", ""),
                asked.text().replace("at -", "at somewhere"), asked.text().replace("front", "other"))) {
            assertThatThrownBy(() -> SiteProfiles.take(text, settings(443, "front.test"), domain -> HERE,
                    OwnSockets.NONE)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
