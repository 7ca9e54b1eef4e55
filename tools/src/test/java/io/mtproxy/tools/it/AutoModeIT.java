package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --auto}: middle proxies where they can be reached, data centres where they cannot. */
class AutoModeIT {
    private static final int DC = DirectWorld.DC;
    private static final String TAG = "ab".repeat(16);

    @TempDir
    private Path directory;

    /** A Telegram with middle proxies that can be killed, the data centres beside it, and a proxy that knows both. */
    private final class Both implements AutoCloseable {
        private final SimulatedTelegram.Options options;
        private SimulatedTelegram middle;
        private final SimulatedDataCentre direct;
        private final ProxyProcess proxy;

        Both(String... arguments) throws IOException {
            SimulatedTelegram first = SimulatedTelegram
                    .start(SimulatedTelegram.Options.defaults().service(new LoadService()));
            middle = first;
            options = SimulatedTelegram.Options.defaults().service(new LoadService()).proxySecret(first.proxySecret())
                    .listen(first.address());
            direct = SimulatedDataCentre
                    .start(SimulatedDataCentre.Options.defaults().service(new LoadService()));
            TelegramFiles files = TelegramFiles.write(directory, first);
            List<String> words = new ArrayList<>(List.of("--auto"));
            for (int dc : SimulatedDataCentre.IDS) {
                words.addAll(List.of("--dc-override", direct.override(dc)));
            }
            words.addAll(List.of(arguments));
            proxy = ProxyProcess.start(new ProxyOptions(ProxyOptions.defaultExecutable(), directory, files.config(),
                    files.secret(), List.of(World.SECRET), words));
            proxy.awaitLinks(World.LINKS);
        }

        LoadTarget target() {
            return LoadTarget.of(proxy.address(), World.KEY).dcs(List.of(DC));
        }

        void killMiddle() {
            middle.close();
            proxy.awaitStat("ready_outbound_connections", 0);
        }

        void reviveMiddle() throws IOException {
            middle = SimulatedTelegram.start(options);
            proxy.awaitLinks(World.LINKS);
        }

        void assertServed() throws InterruptedException {
            LoadReport report = LoadRun.start(new LoadPlan(target(), LoadWork.echo(5, 16, 5000), 6)).await();
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            assertThat(report.handshakes()).isEqualTo(6);
        }

        void assertClosed() throws IOException {
            try (LoadExchange client = new LoadExchange(target().client(0), new SplittableRandom())) {
                assertThatThrownBy(() -> client.echo(100, false)).isInstanceOf(IOException.class)
                        .isNotInstanceOf(SocketTimeoutException.class);
            }
        }

        @Override
        public void close() {
            proxy.close();
            middle.close();
            direct.close();
        }
    }

    @Test
    void middleProxiesServeWhileTheyCanAndAgainAfterwards() throws Exception {
        try (Both both = new Both()) {
            assertThat(both.proxy.stats().values()).containsEntry("telegram_route", "auto");
            both.assertServed();
            assertThat(both.middle.statistics().sessionsTotal()).isEqualTo(6);
            assertThat(both.direct.statistics().connectionsTotal()).isZero();

            both.killMiddle();
            both.assertClosed(); // after the first wait nobody waits any more
            both.assertServed();
            assertThat(both.direct.statistics().connectionsTotal()).isEqualTo(6);
            assertThat(both.proxy.stats().number("direct_fallback_sessions")).isEqualTo(6);

            both.reviveMiddle();
            Await.until("middle proxies serve again", Harness.SOON, () -> {
                both.assertServed();
                return both.middle.statistics().sessionsTotal() > 0;
            });
            long direct = both.direct.statistics().connectionsTotal();
            both.assertServed();
            assertThat(both.direct.statistics().connectionsTotal()).as("none goes there any more").isEqualTo(direct);
            assertThat(both.proxy.log()).doesNotContain("Exception", "\tat ");
            assertThat(both.proxy.stop()).isZero();
        }
    }

    /** Who is paid for a channel must not lose that silently: data centres know no tags. */
    @Test
    void withATagNobodyGoesToADataCentre() throws Exception {
        try (Both both = new Both("-P", TAG)) {
            both.assertServed();
            both.killMiddle();
            for (int i = 0; i < 3; i++) {
                both.assertClosed();
            }
            assertThat(both.direct.statistics().connectionsTotal()).isZero();
            both.reviveMiddle();
            both.assertServed();
            assertThat(both.proxy.stop()).isZero();
        }
    }

    /** The proxy tells from where it connects, or the keys of links would not fit; data centres see it come from there, too. */
    @Test
    void bothWaysGoThroughAnotherProxy() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(ForwardProxy.Kind.SOCKS5); Both both = new Both("--via", via.url())) {
            both.assertServed();
            assertThat(both.middle.statistics().sessionsTotal()).isEqualTo(6);
            assertThat(both.direct.statistics().connectionsTotal()).isZero();
            assertThat(via.passed()).isEqualTo(both.middle.statistics().linksTotal());

            both.killMiddle();
            both.assertClosed();
            int passed = via.passed();
            both.assertServed();
            assertThat(both.direct.statistics().connectionsTotal()).isEqualTo(6);
            assertThat(via.passed()).isEqualTo(passed + 6);
            assertThat(both.proxy.stats().number("direct_fallback_sessions")).isEqualTo(6);
            assertThat(both.proxy.log()).as("the middle proxies are gone, not the proxy on the way")
                    .doesNotContain(via.url() + " is down");

            both.reviveMiddle();
            Await.until("middle proxies serve again", Harness.SOON, () -> {
                both.assertServed();
                return both.middle.statistics().sessionsTotal() > 0;
            });
            assertThat(both.proxy.log()).doesNotContain("Exception", "\tat ");
            assertThat(both.proxy.stop()).isZero();
        }
    }

    /** There is no way around it. */
    @Test
    void whereTheProxyIsDeadNeitherWayServesUntilItIsBack() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(ForwardProxy.Kind.SOCKS5); Both both = new Both("--via", via.url())) {
            both.assertServed();
            via.die();
            both.proxy.awaitStat("ready_outbound_connections", 0);
            both.assertClosed();
            both.assertClosed(); // this one directly
            assertThat(both.direct.statistics().connectionsTotal()).isZero();
            assertThat(both.proxy.stats().number("via_1_healthy")).isZero();
            via.revive();
            both.proxy.awaitServing(both.target());
            both.proxy.awaitLinks(World.LINKS);
            both.assertServed();
            both.proxy.awaitStat("via_1_healthy", 1);
            assertThat(both.proxy.stop()).isZero();
        }
    }
}
