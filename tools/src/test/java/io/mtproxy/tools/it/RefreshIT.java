package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --refresh}: config and secret come from a site, again and again. Its seconds last a twentieth of ours. */
class RefreshIT {
    private static final String HASTE = "-Dmtproxy.refresh.second=50";
    /** Three of our seconds. */
    private static final String OFTEN = "60";
    /** An hour of ours. */
    private static final String SELDOM = "72000";

    @TempDir
    private Path directory;

    private RefreshSite site;
    private SimulatedTelegram telegram;

    @BeforeEach
    void start() throws Exception {
        site = RefreshSite.start(directory);
        telegram = SimulatedTelegram.start(options());
        site.publish(telegram);
    }

    @AfterEach
    void stop() {
        site.close();
        telegram.close();
    }

    private static SimulatedTelegram.Options options() {
        return SimulatedTelegram.Options.defaults().service(new LoadService());
    }

    /** Neither config nor secret, but where to find them. */
    private Process process(Path log, int clientPort, int statsPort, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(ProxyOptions.defaultExecutable().toString(), "-u",
                System.getProperty("user.name"), "-p", String.valueOf(statsPort), "--http-stats", "-H",
                String.valueOf(clientPort), "-c", "4000", "-S", World.SECRET));
        command.addAll(site.options());
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("MTPROXY_BUILD", "never", "MTPROXY_JVM_FLAGS", HASTE, "STATE_DIRECTORY",
                state().toString()));
        return builder.start();
    }

    private Path state() {
        return directory.resolve("state");
    }

    private ProxyProcess proxy(String interval, String... more) throws IOException {
        int clientPort = FreePort.find();
        int statsPort = FreePort.find();
        Path log = Files.createTempFile(directory, "proxy-", ".log");
        List<String> options = new ArrayList<>(List.of("--refresh", interval));
        options.addAll(List.of(more));
        return ProxyProcess.attach(process(log, clientPort, statsPort, options), log, clientPort, statsPort);
    }

    private static LoadTarget target(ProxyProcess proxy) {
        return LoadTarget.of(proxy.address(), World.KEY);
    }

    /** Returns when a client is served by it. */
    private static void awaitServedBy(SimulatedTelegram next, ProxyProcess proxy) {
        LoadTarget hasty = target(proxy).patience(Duration.ofMillis(500));
        Await.until("the other Telegram serves", Harness.SOON,
                () -> hasty.serves() && next.statistics().sessionsTotal() > 0);
    }

    @Test
    void aChangedConfigIsInUseWithinAnIntervalAndSessionsGoOn() throws Exception {
        try (ProxyProcess proxy = proxy(OFTEN);
                SimulatedTelegram next = SimulatedTelegram.start(options().proxySecret(telegram.proxySecret()))) {
            proxy.awaitServing(target(proxy));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state().resolve("refresh-config"))))
                    .isEqualTo("rw-------");
            String md5 = proxy.stats().values().get("config_md5");
            try (LoadExchange live = new LoadExchange(target(proxy).client(0), new SplittableRandom())) {
                live.echo(100, false);
                site.config(next.proxyConfig());
                Await.until("it is in use", Harness.SOON,
                        () -> !proxy.stats().values().get("config_md5").equals(md5));
                awaitServedBy(next, proxy);
                live.echo(5000, true);
            }
            Await.until("the old links end with their last client", Harness.SOON,
                    () -> telegram.statistics().linksNow() == 0);
            ProxyStats stats = proxy.stats();
            assertThat(stats.number("refresh_changes")).isEqualTo(1);
            assertThat(stats.number("refresh_failures")).isZero();
            assertThat(stats.number("refresh_attempts")).isGreaterThanOrEqualTo(2);
            assertThat(stats.number("refresh_last_success")).isGreaterThan(1_700_000_000);
            assertThat(stats.values()).containsEntry("refresh_last_error", "").containsEntry("config_filename",
                    state().resolve("refresh-config").toString());
            assertThat(stats.number("closed_link_lost")).isZero();
            assertThat(proxy.log()).contains("refresh: " + site.configUrl() + ": expected config " + md5 + ", came ")
                    .doesNotContain("Exception", "\tat ");
            assertThat(proxy.stop()).isZero();
        }
    }

    @Test
    void whatIsBadNeverReplacesWhatIsGood() throws Exception {
        String good = telegram.proxyConfig();
        Map<String, Runnable> bad = new LinkedHashMap<>();
        bad.put("poisoned", () -> site.config("proxy_for 2 127.0.0.1:99999;\n"));
        bad.put("cut", () -> site.config(good.substring(0, good.lastIndexOf(':'))));
        bad.put("truncated", () -> site.truncated(good));
        bad.put("HTML", () -> site.html("<html>" + good));
        bad.put("empty", () -> site.config(""));
        try (ProxyProcess proxy = proxy(SELDOM)) {
            proxy.awaitServing(target(proxy));
            String md5 = proxy.stats().values().get("config_md5");
            long failures = 0;
            for (Map.Entry<String, Runnable> each : bad.entrySet()) {
                each.getValue().run();
                Family.signal("HUP", proxy.pid());
                long wanted = ++failures;
                Await.until(each.getKey() + " is refused", Harness.SOON,
                        () -> proxy.stats().number("refresh_failures") >= wanted);
                failures = proxy.stats().number("refresh_failures"); // it tries again by itself
                ProxyStats stats = proxy.stats();
                assertThat(stats.values()).as(each.getKey()).containsEntry("config_md5", md5);
                assertThat(stats.values().get("refresh_last_error")).as(each.getKey())
                        .startsWith(site.configUrl() + ": expected ").contains(", came ");
                assertThat(stats.number("refresh_changes")).as(each.getKey()).isZero();
                assertThat(Files.readString(state().resolve("refresh-config"))).as(each.getKey()).isEqualTo(good);
                proxy.awaitServing(target(proxy));
            }
            assertThat(proxy.log().split("what is in use stays", -1)).as("one line for a row of failures").hasSize(2);
            site.config(good);
            Family.signal("HUP", proxy.pid());
            Await.until("it is well again", Harness.SOON,
                    () -> proxy.stats().values().get("refresh_last_error").isEmpty());
            assertThat(proxy.log()).contains(", after failures");
            assertThat(proxy.stop()).isZero();
        }
    }

    @Test
    void whatIsInUseStaysWhenTheKeptConfigIsGone() throws Exception {
        try (ProxyProcess proxy = proxy(SELDOM)) {
            proxy.awaitServing(target(proxy));
            String md5 = proxy.stats().values().get("config_md5");
            site.close();
            Files.delete(state().resolve("refresh-config"));
            Family.signal("HUP", proxy.pid());
            Await.until("the reload is refused", Harness.SOON, () -> proxy.stats().values()
                    .get("config_reload_last_error").equals("refresh: expected the kept config, came none"));
            assertThat(proxy.stats().values()).containsEntry("config_md5", md5);
            proxy.awaitServing(target(proxy));
            assertThat(proxy.stop()).isZero();
        }
    }

    @Test
    void itStartsOfflineWithWhatItHasKept() throws Exception {
        try (ProxyProcess first = proxy(SELDOM)) {
            first.awaitServing(target(first));
            assertThat(first.stop()).isZero();
        }
        site.close();
        try (ProxyProcess second = proxy(SELDOM)) {
            second.awaitServing(target(second));
            Await.until("it could not ask", Harness.SOON, () -> second.stats().number("refresh_failures") > 0);
            ProxyStats stats = second.stats();
            assertThat(stats.number("refresh_last_success")).isZero();
            assertThat(stats.values().get("refresh_last_error")).startsWith(site.configUrl() + ": expected ");
            assertThat(second.stop()).isZero();
        }
    }

    @Test
    void withNothingToBeginWithItEndsAndSaysWhy() throws Exception {
        site.close();
        Path log = Files.createTempFile(directory, "proxy-", ".log");
        Process process = process(log, FreePort.find(), FreePort.find(), List.of("--refresh", OFTEN));
        try {
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(Files.readString(log)).contains(
                    "fatal: there is no config to begin with: no <config-file> is given,"
                            + " none is kept in " + state().resolve("refresh-config"),
                    site.configUrl() + ": expected ");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aGivenConfigIsTheFirstAndNewLinksUseTheFetchedSecret() throws Exception {
        try (SimulatedTelegram next = SimulatedTelegram.start(options())) {
            Path file = Files.writeString(directory.resolve("backend.conf"), telegram.proxyConfig());
            try (ProxyProcess proxy = proxy(SELDOM, file.toString())) {
                proxy.awaitServing(target(proxy));
                String hash = proxy.stats().values().get("aes_pwd_hash");
                site.publish(next);
                int asked = site.requests();
                Family.signal("HUP", proxy.pid());
                awaitServedBy(next, proxy);
                assertThat(site.requests()).as("SIGHUP asks at once").isGreaterThan(asked);
                assertThat(proxy.stats().values().get("aes_pwd_hash")).isNotEqualTo(hash);
                assertThat(file).hasContent(telegram.proxyConfig());
                assertThat(proxy.stop()).isZero();
            }
        }
    }

    @Test
    void workersTakeOverWhatTheSupervisorHasFetched() throws Exception {
        try (ProxyProcess proxy = proxy(SELDOM, "-M", "2");
                SimulatedTelegram next = SimulatedTelegram.start(options().proxySecret(telegram.proxySecret()))) {
            Family family = Family.serving(proxy, 2);
            try (Traffic traffic = new Traffic(target(proxy))) {
                traffic.awaitAnswers(3 * Traffic.SESSIONS);
                site.config(next.proxyConfig());
                int asked = site.requests();
                Family.signal("HUP", proxy.pid());
                Await.until("both workers have links to the other one", Harness.SOON,
                        () -> next.statistics().linksNow() == 2 * World.LINKS);
                awaitServedBy(next, proxy);
                assertThat(traffic.failures()).isEmpty();
                assertThat(site.requests()).as("one process asks").isEqualTo(asked + 1);
            }
            assertThat(proxy.stats().number("refresh_changes")).isEqualTo(1);
            assertThat(Family.alive(family.worker(1)) && Family.alive(family.worker(2))).isTrue();
            assertThat(proxy.stop()).isZero();
        }
    }

    @Test
    void withAutoItServesDirectlyUntilTheFirstConfigIsThere() throws Exception {
        site.config(""); // not yet
        try (SimulatedDataCentre centre = SimulatedDataCentre
                .start(SimulatedDataCentre.Options.defaults().service(new LoadService()));
                ProxyProcess proxy = proxy(SELDOM, auto(centre))) {
            proxy.awaitServing(target(proxy));
            assertThat(proxy.stats().number("direct_sessions_created")).isPositive();
            assertThat(proxy.stats().values()).containsEntry("config_md5", "none");
            assertThat(proxy.log()).doesNotContain("waiting for the first config");
            try (LoadExchange live = new LoadExchange(target(proxy).client(0), new SplittableRandom())) {
                live.echo(100, false);
                site.publish(telegram);
                Family.signal("HUP", proxy.pid());
                awaitServedBy(telegram, proxy);
                long direct = centre.statistics().connectionsTotal();
                for (int i = 0; i < 3; i++) {
                    assertThat(target(proxy).serves()).isTrue();
                }
                assertThat(centre.statistics().connectionsTotal()).as("new clients go to middle proxies")
                        .isEqualTo(direct);
                live.echo(5000, true);
                assertThat(centre.statistics().connectionsNow()).as("who is there keeps its way").isEqualTo(1);
            }
            assertThat(proxy.log()).doesNotContain("Exception", "\tat ");
            assertThat(proxy.stop()).isZero();
        }
    }

    private static String[] auto(SimulatedDataCentre centre) {
        List<String> words = new ArrayList<>(List.of("--auto"));
        SimulatedDataCentre.IDS.forEach(dc -> words.addAll(List.of("--dc-override", centre.override(dc))));
        return words.toArray(String[]::new);
    }
}
