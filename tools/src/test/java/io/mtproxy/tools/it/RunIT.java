package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.tools.sim.SimulatedDataCentre.Named;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start with nothing in hand: {@code mtproxyctl run}, without a config. */
class RunIT {
    private static final Pattern LINK = Pattern
            .compile("tg://proxy\\?server=([^&]+)&port=(\\d+)&secret=(dd[0-9a-f]{32})\n");

    @TempDir
    private Path directory;
    private SimulatedDataCentre centre;
    private int statsPort;
    private int port;

    @BeforeEach
    void start() throws IOException {
        centre = SimulatedDataCentre.start(SimulatedDataCentre.Options.defaults().service(new LoadService()));
        port = FreePort.find();
        statsPort = FreePort.find();
    }

    @AfterEach
    void stop() {
        centre.close();
    }

    private Tool run(String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("run", "--port", String.valueOf(port), "--stats-port",
                String.valueOf(statsPort), "--public-host", "127.0.0.1"));
        words.addAll(List.of(more));
        words.addAll(List.of("--", "-u", System.getProperty("user.name"), "-c", "4000"));
        for (int dc : SimulatedDataCentre.IDS) {
            words.addAll(List.of("--dc-override", centre.override(dc)));
        }
        return Tool.start(directory, Map.of("XDG_STATE_HOME", directory.resolve("state").toString(),
                "STATE_DIRECTORY", "", "LC_ALL", "C.UTF-8"), words.toArray(String[]::new));
    }

    private static LoadTarget linked(Tool run) throws IOException {
        Await.until("a link is printed", Harness.SOON, () -> {
            assertThat(run.process().isAlive()).as(run.text()).isTrue();
            return LINK.matcher(run.text()).find();
        });
        Matcher link = LINK.matcher(run.text());
        assertThat(link.find()).isTrue();
        return LoadTarget.of(new InetSocketAddress(InetAddress.getByName(link.group(1)),
                Integer.parseInt(link.group(2))), ProxySecret.parse(link.group(3)).key());
    }

    @Test
    void theDaemonRunsAndTelegramHasAnsweredThroughItWhenTheLinksStandThere() throws Exception {
        try (Tool run = run()) {
            LoadTarget target = linked(run);

            assertThat(run.text()).contains("Made a secret").containsPattern(
                    "Telegram answers through this proxy: data centre 1 after \\d+ ms, 2 after .*, 5 after \\d+ ms\n")
                    .doesNotContain("does not answer", "\u2588");
            assertThat(centre.named().keySet()).contains(new Named(1, Transport.PADDED),
                    new Named(5, Transport.PADDED));
            assertThat(centre.statistics().packetsUnencrypted()).as("req_pq_multi").isEqualTo(5);
            assertThat(ProxyStats.read(statsPort).number("pid")).as("the process that was started")
                    .isEqualTo(run.process().pid());
            LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.echo(5, 16, 100), 3)).await();
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            assertThat(run.process().descendants()).as("processes besides the daemon").isEmpty();
            run.process().destroy();
            assertThat(run.exitCode()).as("exit code of the daemon").isZero();
        }
    }

    @Test
    void theLinkIsTheSameNextTimeAndCanBePhotographed() throws Exception {
        byte[] secret;
        try (Tool first = run()) {
            secret = linked(first).secret();
            first.process().destroy();
            first.exitCode();
        }
        try (Tool second = run("--qr")) {
            assertThat(linked(second).secret()).isEqualTo(secret);
            assertThat(second.text()).doesNotContain("Made a secret", "\033").contains("\u2588\u2588\u2588");
        }
    }

    @Test
    void whatCannotBeReachedIsNamed() throws Exception {
        centre.refuse();
        try (Tool run = run()) {
            LoadTarget target = linked(run);

            String address = "  127.0.0.1:" + centre.address().getPort() + ": Connection refused";
            for (int dc = 1; dc <= 5; dc++) {
                assertThat(run.text()).containsSubsequence("Data centre " + dc + " does not answer", address);
            }
            assertThat(run.text()).contains("Telegram cannot be reached from here", "mtproxyctl demo --keep",
                    "mtproxyctl simulate --data-centre").doesNotContain("Telegram answers");
            centre.welcome();
            Await.until("it serves as soon as it can", Harness.SOON, target::serves);
        }
    }

    @Test
    void whereTheDaemonDoesNotStartThereAreNoLinks() throws Exception {
        try (ServerSocket taken = new ServerSocket(port); Tool run = run()) {
            assertThat(taken.isBound()).isTrue();
            assertThat(run.exitCode()).isNotZero();
            String second = "--daemon " + run.process().pid();
            Await.until("the second process has ended, too", Harness.SOON, () -> ProcessHandle.allProcesses()
                    .noneMatch(process -> process.info().commandLine().orElse("").contains(second)));
            assertThat(run.text()).doesNotContain("tg://", "Telegram answers");
        }
    }

    @Test
    void aTagNeedsAConfig() throws Exception {
        try (Tool run = run("--tag", "ab".repeat(16))) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.text()).contains("--tag: needs --config and --aes-pwd").doesNotContain("tg://");
        }
    }

    @Test
    void aConfigNeedsTheSecret() throws Exception {
        try (Tool run = run("--config", "proxy-multi.conf")) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.text()).contains("--aes-pwd");
        }
    }
}
