package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of the health of targets, over reloads. */
class ReloadHealthIT {
    private static final int RELOADS = 20;

    @TempDir
    private Path directory;

    private Backends start(int count) throws IOException {
        return Backends.Plan.of(count).config("min_connections 1;\nmax_connections 1;\n")
                .arguments("--cpu-threads", "1")
                .serving(directory);
    }

    private static void awaitHealth(Backends backends, int healthy, int unhealthy) {
        Await.until(healthy + " targets are healthy and " + unhealthy + " are not", Harness.SOON,
                () -> backends.stat("targets_healthy") == healthy && backends.stat("targets_unhealthy") == unhealthy);
    }

    private static void awaitLines(Backends backends, String part, int count) {
        Await.until(count + " lines: " + part, Harness.SOON, () -> backends.lines(part).size() == count);
    }

    @Test
    void aTargetThatStaysKeepsItsHealthAndANewOneIsHealthy() throws Exception {
        try (Backends backends = start(4)) {
            awaitHealth(backends, 4, 0);
            backends.use(0, 1, 2);
            awaitHealth(backends, 3, 0);
            backends.kill(0);
            awaitHealth(backends, 2, 1);

            backends.use(0, 1, 3); // 2 leaves, 3 is new
            awaitHealth(backends, 2, 1);
            Await.until("the links are those of 1 and 3", Harness.SOON,
                    () -> backends.telegram(1).statistics().linksNow() == 1
                            && backends.telegram(2).statistics().linksNow() == 0
                            && backends.telegram(3).statistics().linksNow() == 1);
            assertThat(backends.telegram(1).statistics().linksTotal()).as("links of the one that stayed").isEqualTo(1);
            assertThat(backends.stat("closed_link_retired")).as("3 and 2, as they left").isEqualTo(2);
            assertThat(backends.lines(backends.name(0) + " is down")).hasSize(1);

            backends.revive(0);
            awaitHealth(backends, 3, 0);
            assertThat(backends.lines(backends.name(0) + " is up")).hasSize(1);
            assertThat(backends.lines("target ")).as("one down, one up, and not a word of those that came and left")
                    .hasSize(2);
        }
    }

    @Test
    void thePauseOfATargetThatStaysGoesOn() throws Exception {
        try (Backends backends = start(2)) {
            awaitHealth(backends, 2, 0);
            backends.kill(0);
            Await.until("the pauses have grown", Harness.SOON, () -> backends.stat("outbound_dial_errors") >= 3);

            long dials = backends.stat("outbound_dials");
            for (int i = 0; i < RELOADS; i++) {
                backends.use(0, 1);
            }
            // where a reload forgot the pause, each would dial; those that come while the pauses grow on are few
            assertThat(backends.stat("outbound_dials") - dials).isLessThan(RELOADS / 2);
            assertThat(backends.lines(backends.name(0) + " is down")).hasSize(1);
        }
    }

    @Test
    void nothingIsKnownOfATargetThatHasLeft() throws Exception {
        try (Backends backends = start(2)) {
            awaitHealth(backends, 2, 0);
            backends.kill(0);
            awaitHealth(backends, 1, 1);
            awaitLines(backends, backends.name(0) + " is down", 1);

            backends.use(1);
            awaitHealth(backends, 1, 0);
            backends.use(0, 1); // still dead: told again, as of any new one
            awaitHealth(backends, 1, 1);
            awaitLines(backends, backends.name(0) + " is down", 2);

            backends.use(1);
            backends.revive(0);
            backends.use(0, 1);
            awaitHealth(backends, 2, 0);
            assertThat(backends.lines(backends.name(0) + " is up")).as("a new one that is healthy is no news")
                    .isEmpty();
            assertThat(backends.lines("target ")).hasSize(2);
        }
    }
}
