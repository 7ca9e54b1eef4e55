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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mtproxyctl upgrade} and {@code drain}: a proxy is replaced under its clients, or runs dry. */
class UpgradeIT {
    private static final int HOPS = 3;
    private static final int REQUEST = 1000;
    /** Of a drain: ample for what is done meanwhile. */
    private static final Duration WITHIN = Duration.ofSeconds(15);
    /** A newcomer's, whom nobody is going to answer. */
    private static final Duration BRIEF = Duration.ofSeconds(1);
    private static final String NEVER = "3600";

    @TempDir
    private Path directory;

    private World start() throws IOException {
        World world = World.Plan.ours().start(directory, Lineage::controlled);
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

    private Path script(String name, String command) throws IOException {
        Path script = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + command + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    // ---- upgrade

    @Test
    void threeInARowCostNobodyAnything() throws Exception {
        try (World world = start(); Lineage lineage = new Lineage(directory, world.proxy())) {
            hop("plain", HOPS, lineage, target(world));
        }
    }

    @Test
    void threeInARowCostNobodyWhoHidesAnything() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x")); // nginx is another user
        try (RealSite site = RealSite.nginx(directory);
                World world = World.Plan.ours().start(directory, options -> Lineage
                        .controlled(options.behind(RealSite.DOMAIN, site.address().getPort())));
                Lineage lineage = new Lineage(directory, world.proxy())) {
            LoadTarget target = Hidden.target(world, FakeTls.of(RealSite.DOMAIN));
            world.proxy().awaitServing(target);
            hop("fake TLS", HOPS, lineage, target);
        }
    }

    @Test
    void oneCostsNobodyAnythingWhoIsConnectedDirectly() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(2, 4).start(directory, Lineage::controlled);
                Lineage lineage = new Lineage(directory, world.proxy())) {
            LoadTarget target = world.target(2, 4);
            world.proxy().awaitServing(target);
            hop("direct", 1, lineage, target);
        }
    }

    private static void hop(String name, int hops, Lineage lineage, LoadTarget target) throws Exception {
        try (Throng throng = new Throng(target); CounterWatch watch = new CounterWatch(lineage.first())) {
            throng.awaitRound();
            throng.slowest(); // code was compiled
            throng.awaitRound();
            Throng.Slowest before = throng.slowest();
            for (int i = 1; i <= hops; i++) {
                lineage.upgrade();
                assertServed("after upgrade " + i, throng, watch);
            }
            System.out.printf("upgrade %s: frozen for %s ms; slowest in ms before %s, and since %s%n", name,
                    lineage.frozenMillis(), before, throng.slowest());
        }
        lineage.stopInPeace();
    }

    private static void assertServed(String when, Throng throng, CounterWatch watch) {
        throng.awaitRound();
        watch.awaitReading();
        assertThat(throng.failures()).as(when).isEmpty();
        assertThat(watch.complaints()).as(when).isEmpty();
    }

    @Test
    void aNewProgramThatFailsCostsNobodyAnything() throws Exception {
        List<Path> programs = List.of(script("ends", "exit 1"), script("hangs", "exec sleep 600"));
        try (World world = start(); Lineage lineage = new Lineage(directory, world.proxy())) {
            try (Throng throng = new Throng(target(world)); CounterWatch watch = new CounterWatch(world.proxy())) {
                throng.awaitRound();
                for (Path program : programs) {
                    String said = lineage.refused("upgrade", "--to", program.toString());
                    assertThat(said).containsPattern("(?m)^mtproxyctl upgrade: .+").doesNotContain("control socket");
                    System.out.print(program.getFileName() + ": " + said);
                    assertServed("after " + program.getFileName(), throng, watch);
                    Await.until("nothing is left of it", Harness.SOON,
                            () -> ProcessHandle.of(lineage.newest()).orElseThrow().descendants().count() == 0);
                }
                lineage.upgrade("--pid", String.valueOf(lineage.newest()), "--to",
                        ProxyOptions.defaultExecutable().toString());
                assertServed("after one that does not fail", throng, watch);
            }
            lineage.stopInPeace();
        }
    }

    /** At every word of the two processes up to the last one. */
    @ParameterizedTest
    @ValueSource(strings = {"HELLO-unsaid", "HELLO-said", "SOCKETS-said", "TAKE-unsaid", "TAKE-said", "STATE-said",
            "READY-unsaid"})
    void aNewProgramThatIsKilledCostsNobodyAnything(String when) throws Exception {
        Path program = script("killed", flags("-Dmtproxy.handover.fault=" + when));
        try (World world = start(); Lineage lineage = new Lineage(directory, world.proxy())) {
            try (Throng throng = new Throng(target(world)); CounterWatch watch = new CounterWatch(world.proxy())) {
                throng.awaitRound();
                assertThat(lineage.refused("upgrade", "--to", program.toString())).contains("exited with code 99");
                assertServed("after one that was killed", throng, watch);
            }
            lineage.stopInPeace();
        }
    }

    /** Before its last word and behind it: the new one has everything by then. */
    @ParameterizedTest
    @ValueSource(strings = {"GO-unsaid", "GO-said"})
    void anOldProgramThatIsKilledCostsNobodyAnything(String when) throws Exception {
        try (World world = World.Plan.ours().start(directory, options -> Lineage.controlled(options)
                .environment(Map.of("MTPROXY_JVM_FLAGS", "-Dmtproxy.handover.fault=" + when)));
                Lineage lineage = new Lineage(directory, world.proxy())) {
            world.proxy().awaitServing(target(world));
            try (Throng throng = new Throng(target(world)); CounterWatch watch = new CounterWatch(world.proxy())) {
                throng.awaitRound();
                try (Tool tool = lineage.tool("upgrade")) {
                    tool.exitCode(); // whoever was to answer it is dead
                }
                assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isEqualTo(99);
                assertServed("after the old one was killed", throng, watch);
            }
        }
    }

    @Test
    @SuppressWarnings("try") // closing is what it is about
    void aNewProgramWithAnotherFormatGetsTheSocketsAndTheRestRunsDry() throws Exception {
        Path program = script("other", flags("-Dmtproxy.handover.version=2"));
        try (World world = start();
                Lineage lineage = new Lineage(directory, world.proxy());
                LoadExchange old = client(world);
                Tool upgrade = lineage.tool("upgrade", "--drain", NEVER, "--to", program.toString())) {
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

    private static String flags(String flags) {
        return "MTPROXY_JVM_FLAGS='" + flags + "' exec '" + ProxyOptions.defaultExecutable() + "' \"$@\"";
    }

    // ---- drain

    @Test
    void aDrainLetsSessionsGoOnUntilItsDeadlineAndNobodyIn() throws Exception {
        try (World world = start();
                Lineage lineage = new Lineage(directory, world.proxy());
                LoadExchange staying = client(world)) {
            LoadExchange leaving = client(world);
            world.proxy().awaitStat("dataplane_active_sessions", 2);
            long start = System.nanoTime();
            try (Tool drain = lineage.tool("drain", "--within", String.valueOf(WITHIN.toSeconds()))) {
                awaitLine(drain, "left 2");
                assertThat(target(world).patience(BRIEF).serves()).as("somebody new is served").isFalse();
                leaving.echo(REQUEST, true);
                leaving.close();
                awaitLine(drain, "left 1");
                staying.echo(REQUEST, true);
                Await.until("who stays is cut off", Harness.SOON, () -> !goesOn(staying));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(WITHIN);
                int exitCode = drain.exitCode();
                assertThat(exitCode).as(drain.text()).isZero();
            }
            assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isZero();
        }
    }

    @Test
    void aDrainEndsWhenTheLastOneHasGone() throws Exception {
        try (World world = start();
                Lineage lineage = new Lineage(directory, world.proxy())) {
            LoadExchange last = client(world);
            try (Tool drain = lineage.tool("drain", "--within", NEVER)) {
                awaitLine(drain, "left 1");
                last.close();
                int exitCode = drain.exitCode();
                assertThat(exitCode).as(drain.text()).isZero();
            }
            assertThat(world.proxy().awaitEnd(Harness.SOON)).as("exit code").isZero();
        }
    }

    private static void awaitLine(Tool tool, String line) {
        Await.until(line, Harness.SOON, () -> tool.text().lines().anyMatch(line::equals));
    }

    private static boolean goesOn(LoadExchange client) {
        try {
            client.echo(REQUEST, false);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
