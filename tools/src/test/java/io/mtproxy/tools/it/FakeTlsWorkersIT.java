package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.probe.ProbeReport;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.FakeTlsStreams;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all workers of a hidden proxy know together. */
class FakeTlsWorkersIT {
    private static final FakeTls WAY = FakeTls.of(RealSite.DOMAIN);
    private static final int TRIES = 16;

    @TempDir
    private Path directory;

    private Hidden start(String... arguments) throws Exception {
        return Hidden.start(RealSite.nginx(directory), directory, arguments);
    }

    @Test
    void bothServeAndNeitherTakesAHelloThatTheOtherTook() throws Exception {
        try (Hidden hidden = start("-M", "2")) {
            LoadReport report = LoadRun.start(new LoadPlan(hidden.target(WAY), LoadWork.churn(10), 8)).await();
            assertThat(report.failed()).isZero();
            for (int i = 0; i < TRIES; i++) {
                byte[] hello = FakeTlsStreams.hello(WAY, World.KEY);
                assertThat(hidden.takes(hello)).isTrue();
                assertThat(hidden.takes(hello)).as("a second time").isFalse();
                assertThat(hidden.takes(hello)).as("a third time").isFalse();
            }
            ProbeReport replays = hidden.probe(TRIES, "replay");
            assertThat(replays.different()).as(Hidden.differences(replays)).isEmpty();
        }
    }

    @Test
    void aReloadForgetsNothing() throws Exception {
        try (Hidden hidden = start()) {
            byte[] hello = FakeTlsStreams.hello(WAY, World.KEY);
            assertThat(hidden.takes(hello)).isTrue();
            ProcessFacts.run("kill", "-HUP", String.valueOf(hidden.world().proxy().pid()));
            Await.until("the reload is done", Harness.SOON,
                    () -> hidden.world().proxy().log().contains("re-read successfully"));

            assertThat(hidden.takes(hello)).isFalse();
            assertThat(hidden.target(WAY).serves()).isTrue();
        }
    }
}
