package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.wire.obfuscated.Transport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once, and many one after another: when they are gone nothing of them is left. */
class ChurnIT {

    private static final int CONCURRENT = 500;
    private static final int SHORT_PER_TRANSPORT = 500;

    @Test
    void nothingIsLeftOfClientsThatAreGone(@TempDir Path directory) throws Exception {
        try (Harness harness = Harness.start(directory)) {
            LoadPlan warmUp = new LoadPlan(harness.target(), LoadWork.echo(20, 16, 5000), 9);
            assertThat(LoadRun.start(warmUp).await().failed()).isZero();
            harness.awaitNoClients();
            long descriptors = harness.descriptors();

            LoadReport many = LoadRun.start(
                    new LoadPlan(harness.target(), Harness.streams(LoadMode.BOTH, 300_001), CONCURRENT)).await();
            assertThat(many.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            assertThat(many.handshakes()).isEqualTo(CONCURRENT);
            harness.awaitRest(descriptors);

            for (Transport transport : Transport.values()) {
                LoadReport shorts = LoadRun.start(new LoadPlan(harness.target().transports(List.of(transport)),
                        LoadWork.churn(SHORT_PER_TRANSPORT), 1)).await();
                assertThat(shorts.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
                assertThat(shorts.handshakes()).isEqualTo(SHORT_PER_TRANSPORT);
            }
            harness.awaitRest(descriptors);
            Await.until("Telegram knows of no client", Harness.SOON,
                    () -> harness.telegram().statistics().sessionsNow() == 0);
            harness.stopInPeace();
        }
    }
}
