package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.proxy.front.SiteSighting.Origin;
import io.mtproxy.wire.faketls.AnswerPlan;
import io.mtproxy.wire.faketls.SiteProfile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteTest {
    private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private static SiteSighting seen(int suite, int chachaFirst) {
        return new SiteSighting("front.test", Origin.PROBED, 1, chachaFirst,
                new Answer(suite, 0x11ec, List.of(0x2b, 0x33), 1210, 1,
                        List.of(new Flight(2, List.of(23, 900)), new Flight(1, List.of(1000)))),
                new Answer(suite, 0x1d, List.of(0x2b, 0x33), 122, 1, List.of(new Flight(1, List.of(2000)))));
    }

    private static Site site(InetAddress address, Integer... ownPorts) {
        return new Site(seen(0x1301, 0), address, 443, new OwnSockets(Set.of(ownPorts), null, List.of()));
    }

    @Test
    void clientsOfPort80GoToPort80() {
        Site site = site(THERE);
        assertThat(site.target(443)).isEqualTo(new InetSocketAddress(THERE, 443));
        assertThat(site.target(8443)).isEqualTo(new InetSocketAddress(THERE, 443));
        assertThat(site.target(80)).isEqualTo(new InetSocketAddress(THERE, 80));
    }

    @Test
    void nobodyIsSentBackToUs() {
        Site site = site(HERE, 443);
        assertThat(site.target(443)).isNull();
        assertThat(site.leadsBack(443)).isTrue();
        assertThat(site.target(80)).isEqualTo(new InetSocketAddress(HERE, 80));
        assertThat(site(HERE, 80).target(80)).isNull();
        assertThat(site(HERE, 8443).target(8443)).isEqualTo(new InetSocketAddress(HERE, 443));
    }

    @Test
    void withoutAnAddressThereIsNoTarget() {
        Site site = site(null, 443);
        assertThat(site.target(443)).isNull();
        assertThat(site.leadsBack(443)).isFalse();
    }

    @Test
    void eachHelloGetsTheProfileOfItsKind() {
        Site site = site(THERE);
        for (ProbeHello hello : ProbeHello.mixed(4, "front.test", new SecureRandom())) {
            SiteProfile profile = site.profile(ServerBytes.parsed(hello.record()));
            assertThat(profile.groups()).isEqualTo(hello.kind().hybrid() ? List.of(0x11ec, 0x1d) : List.of(0x1d));
            assertThat(profile.flightLengths()).isEqualTo(
                    hello.kind().hybrid() ? List.of(928, 928, 1000) : List.of(2000));
            assertThat(profile.extensions()).extracting(SiteProfile.Extension::type).containsExactly(0x2b, 0x33);
        }
    }

    @Test
    void theAnswerIsAsLongAsTheSites() {
        Site site = site(THERE);
        ProbeHello hybrid = ProbeHello.mixed(1, "front.test", new SecureRandom()).getFirst();
        AnswerPlan plan = AnswerPlan.of(ServerBytes.parsed(hybrid.record()),
                site.profile(ServerBytes.parsed(hybrid.record())), new SecureRandom());
        assertThat(plan).isNotNull();
        assertThat(plan.serverHelloLength()).isEqualTo(5 + 1210);
        assertThat(plan.group()).isEqualTo(0x11ec);
    }

    @ParameterizedTest
    @CsvSource({"1301,1301,1301,1301", "1301,1303,1301,1303", "1302,1302,1302,1302", "1302,1303,1302,1303",
            "1303,1303,1303,1303", "0000,0000,1301,1303", "1302,0000,1302,1302"})
    void theSuiteIsTheSitesChoice(String usual, String chachaFirst, String forUsual, String forChacha) {
        Site site = new Site(seen(Integer.parseInt(usual, 16), Integer.parseInt(chachaFirst, 16)), THERE, 443,
                OwnSockets.NONE);
        List<ProbeHello> hellos = ProbeHello.mixed(5, "front.test", new SecureRandom());
        assertThat(suite(site, hellos.get(0))).isEqualTo(Integer.parseInt(forUsual, 16));
        assertThat(suite(site, hellos.get(4))).isEqualTo(Integer.parseInt(forChacha, 16));
    }

    private static int suite(Site site, ProbeHello hello) {
        var parsed = ServerBytes.parsed(hello.record());
        return site.profile(parsed).ciphers().choose(parsed);
    }

    @Test
    void sitesAreFoundByTheBytesOfTheirNames() {
        SiteSighting umlaut = Sightings.drawn("bücher.test", 1, 1);
        Site first = new Site(seen(0x1301, 0), THERE, 443, OwnSockets.NONE);
        Site second = new Site(umlaut, THERE, 443, OwnSockets.NONE);
        Sites sites = new Sites(List.of(first, second));
        assertThat(sites.get("front.test")).isSameAs(first);
        assertThat(sites.get("b\u00c3\u00bccher.test")).isSameAs(second);
        assertThat(sites.get("FRONT.test")).isNull();
        assertThat(sites.get("")).isNull();
        assertThat(sites.fallback()).isSameAs(first);
        assertThat(sites.of(null)).isSameAs(first);
        assertThat(sites.of("other.test")).isSameAs(first);
        assertThat(sites.of("b\u00c3\u00bccher.test")).isSameAs(second);
    }
}
