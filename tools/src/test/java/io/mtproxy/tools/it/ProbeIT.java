package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.probe.ProbeReport;
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

    private void assertLikeTheSite(RealSite site, String... arguments) throws Exception {
        try (Hidden hidden = Hidden.start(site, directory, arguments)) {
            ProbeReport report = hidden.probe(ROUNDS);

            assertThat(report.findings()).hasSizeGreaterThan(100);
            assertThat(report.different()).as(Hidden.differences(report)).isEmpty();
            assertThat(hidden.fingerprint().alike()).as("fingerprints are alike").isTrue();
            assertThat(hidden.world().proxy().log()).doesNotContain("Exception", "\tat ");
            assertThat(hidden.world().proxy().stop()).as("exit code after SIGTERM").isZero();
        }
    }

    @Test
    void nothingTellsTheProxyFromNginx() throws Exception {
        assertLikeTheSite(RealSite.nginx(directory));
    }

    @Test
    void nothingTellsTheProxyFromGnutls() throws Exception {
        assertLikeTheSite(RealSite.gnutls(directory));
    }
}
