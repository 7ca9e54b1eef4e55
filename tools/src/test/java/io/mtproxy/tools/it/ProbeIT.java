package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.probe.ProbeReport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All probes against real servers. Short: times are not judged; {@code -Dprobe.rounds=200} makes it long, and
 * {@code mtproxyctl probe} judges times as well.
 */
class ProbeIT {
    private static final int ROUNDS = Integer.getInteger("probe.rounds", 2);

    @TempDir
    private Path directory;

    @Test
    void nothingTellsTheProxyFromNginx() throws Exception {
        try (Hidden hidden = Hidden.start(RealSite.nginx(directory), directory)) {
            ProbeReport report = hidden.probe(ROUNDS);
            assertThat(report.findings()).hasSizeGreaterThan(100);
            assertLikeTheSite(hidden, report);
        }
    }

    /** Without the probes that only show how long it waits. */
    @Test
    void nothingTellsTheProxyFromGnutls() throws Exception {
        try (Hidden hidden = Hidden.start(RealSite.gnutls(directory), directory)) {
            ProbeReport report = hidden.probeOneByOne(1, "hello-m", "hello-t", "hello-2", "hello-e", "hello-u",
                    "hello-fin",
                    "sni", "record-version", "message", "extension", "session", "compression", "first-c", "first-d",
                    "oversize", "sslv2", "http", "smtp", "line", "socks5", "rdp", "noise-64", "noise-4099", "tls12",
                    "tls13", "replay", "stale", "wrong", "changed", "ours");
            assertThat(report.findings()).hasSizeGreaterThan(70);
            assertLikeTheSite(hidden, report);
        }
    }

    /** What they say depends on the machine; that they are judged does not. */
    @Test
    void timesAreJudgedOverEachPath() throws Exception {
        try (Hidden hidden = Hidden.start(RealSite.nginx(directory), directory);
                Tool tool = Tool.start(directory, "probe", "--proxy", text(hidden.world().proxy().address()), "--site",
                        text(hidden.site().address()), "--domain", RealSite.DOMAIN, "--jitter", "0,1000", "--rounds",
                        "20", "--only", "line-fin")) {
            assertThat(tool.exitCode()).as("%s", tool.text()).isIn(0, 1);
            assertThat(tool.text()).contains("1 probes, 20 rounds each: 0 differ")
                    .containsPattern("times as measured: [01] of 1 probes")
                    .containsPattern("times over a path with a jitter of 1000 us: [01] of 1 probes");
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static void assertLikeTheSite(Hidden hidden, ProbeReport report) throws Exception {
        assertThat(report.different()).as(Hidden.differences(report)).isEmpty();
        assertThat(hidden.fingerprint().alike()).as("fingerprints are alike").isTrue();
        assertThat(hidden.world().proxy().log()).doesNotContain("Exception", "\tat ");
        assertThat(hidden.world().proxy().stop()).as("exit code after SIGTERM").isZero();
    }
}
