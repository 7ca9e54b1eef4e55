package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM lets sessions go on for a while when {@code MTPROXY_DRAIN} says so; {@link UpgradeIT} has the command. */
@SuppressWarnings("try") // being there, or leaving, is all that a client does
class DrainIT {
    private static final int REQUEST = 1000;
    private static final String NEVER = "3600";
    private static final String SOON = "1";
    /** Two signals within 50 ms count as one, as of a process and its group. */
    private static final int MORE_THAN_SAME_MILLIS = 100;
    /** A newcomer's, whom nobody is going to answer. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private World start(int workers, String seconds) throws IOException {
        String[] arguments = workers == 0 ? new String[0] : new String[] {"-M", String.valueOf(workers)};
        World world = World.Plan.ours().arguments(arguments).start(directory,
                options -> options.environment(Map.of("MTPROXY_DRAIN", seconds)));
        world.proxy().awaitServing(target(world));
        return world;
    }

    private static LoadTarget target(World world) {
        return LoadTarget.of(world.proxy().address(), World.KEY);
    }

    private static LoadExchange client(World world) throws IOException {
        LoadExchange client = new LoadExchange(target(world).client(0), new SplittableRandom());
        client.echo(REQUEST, false);
        return client;
    }

    private static void terminate(World world) throws Exception {
        Family.signal("TERM", world.proxy().pid());
        Await.until("it drains", Harness.SOON, () -> world.proxy().log().contains("draining: no new clients"));
        Await.until("nobody new is served", Harness.SOON, () -> !target(world).patience(BRIEF).serves());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whoIsThereGoesOnUntilTheLastOneLeaves(int workers) throws Exception {
        try (World world = start(workers, NEVER); LoadExchange leaving = client(world)) {
            terminate(world);
            leaving.echo(REQUEST, true);
            leaving.close();
            assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isZero();
            assertThat(world.proxy().log()).contains("Terminated by SIGTERM.").doesNotContain("aborting");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whoStaysIsCutOffAtTheEnd(int workers) throws Exception {
        try (World world = start(workers, SOON); LoadExchange staying = client(world)) {
            Family.signal("TERM", world.proxy().pid());
            assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isZero();
            assertThat(world.proxy().log()).contains("clients left: 1").doesNotContain("aborting", "unfinished");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aSecondSignalEndsItAtOnce(int workers) throws Exception {
        try (World world = start(workers, NEVER); LoadExchange staying = client(world)) {
            terminate(world);
            Thread.sleep(MORE_THAN_SAME_MILLIS);
            Family.signal("TERM", world.proxy().pid());
            assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isEqualTo(1);
            assertThat(world.proxy().log()).contains("SIGTERM handled immediately.");
        }
    }

    @Test
    void aValueThatIsNoNumberOfSecondsIsNamed() throws Exception {
        Path config = Files.writeString(directory.resolve("backend.conf"), "proxy 127.0.0.1:1;\n");
        try (Daemon daemon = Daemon.start(directory, List.of("env", "MTPROXY_DRAIN=soon"), "-u",
                System.getProperty("user.name"), "-H", String.valueOf(FreePort.find()), config.toString())) {
            assertThat(daemon.process().waitFor()).as(daemon.text()).isEqualTo(2);
            assertThat(daemon.text()).contains("MTPROXY_DRAIN is \"soon\", expected seconds");
        }
    }
}
