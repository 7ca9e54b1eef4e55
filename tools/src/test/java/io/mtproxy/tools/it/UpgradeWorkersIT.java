package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.stability.CounterWatch;
import io.mtproxy.tools.stability.Throng;
import io.mtproxy.tools.tls.FakeTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mtproxyctl upgrade} and {@code drain} of a supervisor and two workers ({@code -M 2}): all three are replaced. */
class UpgradeWorkersIT {
    private static final int WORKERS = 2;
    private static final int REQUEST = 1000;
    private static final String NEVER = "3600";

    @TempDir
    private Path directory;

    private World start(UnaryOperator<ProxyOptions> more) throws IOException {
        World world = World.Plan.ours().arguments("-M", String.valueOf(WORKERS)).start(directory,
                options -> more.apply(Lineage.controlled(options)));
        Family.serving(world, WORKERS);
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

    private Path launcher(String flags) throws IOException {
        Path script = Files.writeString(directory.resolve("launcher"), "#!/bin/sh\nMTPROXY_JVM_FLAGS='" + flags
                + "' exec '" + ProxyOptions.defaultExecutable() + "' \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void threeInARowCostNobodyAnything() throws Exception {
        try (World world = start(options -> options); Lineage lineage = new Lineage(directory, world.proxy())) {
            hop("two workers, plain", 3, lineage, target(world));
        }
    }

    @Test
    void oneCostsNobodyAnythingWhoHides() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x")); // nginx is another user
        try (RealSite site = RealSite.nginx(directory);
                World world = start(options -> options.behind(RealSite.DOMAIN, site.address().getPort()));
                Lineage lineage = new Lineage(directory, world.proxy())) {
            hop("two workers, fake TLS", 1, lineage, Hidden.target(world, FakeTls.of(RealSite.DOMAIN)));
        }
    }

    private static void hop(String name, int hops, Lineage lineage, LoadTarget target) throws Exception {
        try (Throng throng = new Throng(target); CounterWatch watch = new CounterWatch(lineage.first())) {
            throng.awaitRound();
            throng.slowest(); // code was compiled
            throng.awaitRound();
            Throng.Slowest before = throng.slowest();
            for (int i = 1; i <= hops; i++) {
                Family old = Family.of(lineage.first(), WORKERS);
                lineage.upgrade();
                assertServed(throng, watch);
                assertThat(Family.of(lineage.first(), WORKERS).workers()).doesNotContainAnyElementsOf(old.workers());
                for (long worker : old.workers()) {
                    Await.until("worker " + worker + " has ended", Harness.SOON, () -> !Family.alive(worker));
                }
            }
            System.out.printf("upgrade %s: frozen for %s ms; slowest in ms before %s, and since %s%n", name,
                    lineage.frozenMillis(), before, throng.slowest());
        }
        lineage.stopInPeace();
    }

    private static void assertServed(Throng throng, CounterWatch watch) {
        throng.awaitRound();
        watch.awaitReading();
        assertThat(throng.failures()).isEmpty();
        assertThat(watch.complaints()).isEmpty();
    }

    /** The new supervisor, or one of its workers, at any word up to the last one; all with the same old ones. */
    @Test
    void aNewProcessThatIsKilledCostsNobodyAnything() throws Exception {
        try (World world = start(options -> options); Lineage lineage = new Lineage(directory, world.proxy())) {
            Family old = Family.of(world.proxy(), WORKERS);
            try (Throng throng = new Throng(target(world)); CounterWatch watch = new CounterWatch(world.proxy())) {
                throng.awaitRound();
                for (String when : List.of("HELLO-said", "SOCKETS-said", "TAKE-unsaid", "TAKE-said", "STATE-said",
                        "READY-unsaid", "1-HELLO-unsaid", "2-SOCKETS-said", "1-TAKE-unsaid", "2-TAKE-said",
                        "1-STATE-said",
                        "2-READY-unsaid")) {
                    Path launcher = launcher("-Dmtproxy.handover.fault=" + when);
                    System.out.print(when + ": " + lineage.refused("upgrade", "--to", launcher.toString()));
                    assertServed(throng, watch);
                    assertThat(Family.of(world.proxy(), WORKERS)).as(when).isEqualTo(old);
                }
                lineage.upgrade("--to", ProxyOptions.defaultExecutable().toString());
                assertServed(throng, watch);
            }
            lineage.stopInPeace();
        }
    }

    /** The old supervisor, or one of its workers, when the new ones have everything. */
    @ParameterizedTest
    @ValueSource(strings = {"GO-unsaid", "GO-said", "1-GO-unsaid", "2-GO-said"})
    void anOldProcessThatIsKilledCostsNobodyAnything(String when) throws Exception {
        try (World world = start(options -> options
                .environment(Map.of("MTPROXY_JVM_FLAGS", "-Dmtproxy.handover.fault=" + when)));
                Lineage lineage = new Lineage(directory, world.proxy())) {
            Family old = Family.of(world.proxy(), WORKERS);
            try (Throng throng = new Throng(target(world)); CounterWatch watch = new CounterWatch(world.proxy())) {
                throng.awaitRound();
                try (Tool tool = lineage.tool("upgrade")) {
                    tool.exitCode(); // whoever was to answer it may be dead
                }
                assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isIn(0, 99);
                assertServed(throng, watch);
                assertThat(Family.of(world.proxy(), WORKERS).workers()).doesNotContainAnyElementsOf(old.workers());
            }
        }
    }

    @Test
    void anotherNumberOfWorkersIsRefused() throws Exception {
        Path launcher = Files.writeString(directory.resolve("none"), "#!/bin/sh\nexec '"
                + ProxyOptions.defaultExecutable() + "' $(echo \"$@\" | sed 's/-M 2//')\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (World world = start(options -> options); Lineage lineage = new Lineage(directory, world.proxy())) {
            try (Throng throng = new Throng(target(world)); CounterWatch watch = new CounterWatch(world.proxy())) {
                throng.awaitRound();
                String said = lineage.refused("upgrade", "--to", launcher.toString());
                assertThat(said).contains("has 0 workers, expected " + WORKERS);
                assertServed(throng, watch);
            }
            lineage.stopInPeace();
        }
    }

    @Test
    @SuppressWarnings("try") // closing is what it is about
    void aNewProgramWithAnotherFormatGetsTheSocketsAndTheRestRunsDry() throws Exception {
        Path launcher = launcher("-Dmtproxy.handover.version=2");
        try (World world = start(options -> options);
                Lineage lineage = new Lineage(directory, world.proxy());
                LoadExchange old = client(world);
                Tool upgrade = lineage.tool("upgrade", "--drain", NEVER, "--to", launcher.toString())) {
            Await.until("the new one serves", Harness.SOON, () -> upgrade.text().contains("accepts from now on"));
            try (LoadExchange fresh = client(world)) {
                fresh.echo(REQUEST, true);
                old.echo(REQUEST, true);
                old.close();
                assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isZero();
                fresh.echo(REQUEST, true);
            }
            int exitCode = upgrade.exitCode();
            assertThat(exitCode).as(upgrade.text()).isZero();
        }
    }

    @Test
    void aDrainEndsWhenTheLastOneHasGone() throws Exception {
        try (World world = start(options -> options);
                Lineage lineage = new Lineage(directory, world.proxy())) {
            List<LoadExchange> clients = List.of(client(world), client(world), client(world));
            try (Tool drain = lineage.tool("drain", "--within", NEVER)) {
                Await.until("left 3", Harness.SOON, () -> drain.text().lines().anyMatch("left 3"::equals));
                for (LoadExchange client : clients) {
                    client.echo(REQUEST, true);
                    client.close();
                }
                int exitCode = drain.exitCode();
                assertThat(exitCode).as(drain.text()).isZero();
            }
            assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isZero();
            assertThat(world.proxy().log()).doesNotContain("aborting", "unfinished");
        }
    }
}
