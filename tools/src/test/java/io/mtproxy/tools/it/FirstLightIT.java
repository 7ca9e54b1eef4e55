package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.wire.obfuscated.Transport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is lost and nothing is reordered, in any transport, while small requests and large streams share the links. */
class FirstLightIT {

    private static final int STREAMING = 12;
    private static final long STREAM_BYTES = 64 << 20;
    private static final int ASKING = 88;
    private static final int REQUESTS = 30;

    @Test
    void aHundredClientsOfWhichTwelveStreamBothWays(@TempDir Path directory) throws Exception {
        try (Harness harness = Harness.start(directory)) {
            LoadReport report = new LoadRun()
                    .add(new LoadPlan(harness.target(), Harness.streams(LoadMode.BOTH, STREAM_BYTES), STREAMING))
                    .add(new LoadPlan(harness.target(), LoadWork.echo(REQUESTS, 0, 40_000), ASKING))
                    .await();

            assertThat(report.rows()).extracting(LoadReport.Row::transport).containsExactly(Transport.values());
            assertThat(report.rows()).allSatisfy(row -> {
                assertThat(row.failures()).isEmpty();
                assertThat(row.bytesUp()).isGreaterThan(STREAMING / 3 * STREAM_BYTES);
                assertThat(row.bytesDown()).isGreaterThan(STREAMING / 3 * STREAM_BYTES);
                assertThat(row.quickAcks()).isGreaterThan(ASKING / 3 * REQUESTS / 5);
            });
            assertThat(report.handshakes()).isEqualTo(STREAMING + ASKING);
            harness.stopInPeace();
        }
    }
}
