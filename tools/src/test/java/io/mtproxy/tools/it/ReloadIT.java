package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many SIGHUPs, with configs and secrets that are good, bad or missing, while clients are served. */
class ReloadIT {
    private static final int HANG_UPS = 1000;
    private static final int HANG_UPS_OF_WORKERS = 60;
    private static final int BURST = 200;

    @TempDir
    private Path directory;
    private Path config;
    private Path secrets;

    @BeforeEach
    void secrets() throws IOException {
        config = directory.resolve("backend.conf");
        secrets = Files.writeString(directory.resolve("secrets"), World.SECRET + "\n");
    }

    private World start(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--mtproto-secret-file", secrets.toString()));
        arguments.addAll(List.of(more));
        World world = World.Plan.ours().secrets(List.of()).arguments(arguments.toArray(String[]::new)).start(directory);
        world.proxy().awaitServing(target(world));
        return world;
    }

    private static LoadTarget target(World world) {
        return LoadTarget.of(world.proxy().address(), World.KEY);
    }

    private static SimulatedTelegram other(World world) throws IOException {
        return SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(new LoadService())
                .proxySecret(world.telegram().proxySecret()));
    }

    /** Sends signals without starting a process for each. */
    private record Killer(Process shell, OutputStream commands, long pid) implements AutoCloseable {
        static Killer of(long pid) throws IOException {
            Process shell = new ProcessBuilder("sh").start();
            return new Killer(shell, shell.getOutputStream(), pid);
        }

        void hangUp() throws IOException {
            commands.write(("kill -HUP " + pid + "\n").getBytes(StandardCharsets.US_ASCII));
            commands.flush();
        }

        @Override
        public void close() throws IOException {
            commands.close();
            shell.destroy();
        }
    }

    /** Every line twice: for the one Telegram and for the other. */
    private static String both(SimulatedTelegram one, SimulatedTelegram other) {
        String port = ":" + one.address().getPort() + ";";
        return one.proxyConfig().lines().map(line -> line.contains(port)
                ? line + "\n" + line.replace(port, ":" + other.address().getPort() + ";")
                : line).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Writes the files of one turn; returns whether they are good. */
    private boolean turn(int number, World world, SimulatedTelegram other) throws IOException {
        String good = World.SECRET + "\n" + "ab".repeat(16) + "\n";
        int kind = number % 7;
        switch (kind) {
            case 0 -> write(both(world.telegram(), other), good);
            case 1 -> write("proxy_for 2 127.0.0.1", good);
            case 2 -> write(world.telegram().proxyConfig(), World.SECRET);
            case 3 -> write(world.telegram().proxyConfig(), "no secret");
            case 4 -> write(other.proxyConfig(), good);
            case 5 -> Files.delete(config);
            default -> write("min_connections 3;\n" + both(world.telegram(), other), World.SECRET + "\n");
        }
        return kind % 2 == 0;
    }

    private void write(String newConfig, String newSecrets) throws IOException {
        Files.writeString(config, newConfig);
        Files.writeString(secrets, newSecrets);
    }

    /** Those that the JVM starts and ends as it needs left out. */
    private static List<String> threads(World world) throws IOException {
        return new ProcessFacts(world.proxy().pid()).taskNames().stream().filter(name -> !name.matches("C[12] Comp.*"))
                .toList();
    }

    @Test
    void aThousandOfThemUnderTrafficCostNothing() throws Exception {
        try (World world = start();
                SimulatedTelegram other = other(world);
                Killer killer = Killer.of(world.proxy().pid())) {
            Await.until("the probe of the start has gone", Harness.SOON, () -> clients(world) == 0);
            long links = world.telegram().statistics().linksNow();
            long descriptors = world.proxy().descriptors() - links;
            List<String> threads = threads(world);

            int good = 0;
            try (Traffic traffic = new Traffic(target(world))) {
                traffic.awaitAnswers(3 * Traffic.SESSIONS);
                for (int i = 0; i < HANG_UPS; i++) {
                    boolean isGood = turn(i, world, other);
                    good += isGood ? 1 : 0;
                    killer.hangUp();
                    long calls = i + 1;
                    Await.until("reload " + calls, Harness.SOON,
                            () -> world.proxy().stats().number("config_reload_calls") == calls);
                    int wanted = good;
                    Await.until("its result", Harness.SOON, () -> {
                        ProxyStats stats = world.proxy().stats();
                        return stats.number("config_reload_success") == wanted
                                && stats.values().get("config_reload_last_error").isEmpty() == isGood;
                    });
                    assertThat(traffic.failures()).as("after SIGHUP " + calls).isEmpty();
                }
                write(world.telegram().proxyConfig(), World.SECRET);
                for (int i = 0; i < BURST; i++) {
                    killer.hangUp();
                }
                traffic.awaitAnswers(3 * Traffic.SESSIONS);
                assertThat(traffic.failures()).isEmpty();
            }
            Await.until("the last config is in use", Harness.SOON,
                    () -> world.proxy().stats().number("config_size") == Files.size(config));
            ProxyStats stats = world.proxy().stats();
            assertThat(stats.number("config_reload_calls")).as("SIGHUPs that wait together are one reload")
                    .isBetween(HANG_UPS + 1L, (long) HANG_UPS + BURST);
            for (String reason : List.of("closed_link_lost", "closed_no_link", "closed_telegram_closed",
                    "closed_client_bad_packet", "closed_internal_error", "dataplane_packets_dropped")) {
                assertThat(stats.number(reason)).as(reason).isZero();
            }
            Await.until("clients, links and descriptors are as before", Harness.SOON,
                    () -> clients(world) == 0 && other.statistics().linksNow() == 0
                            && world.telegram().statistics().linksNow() == links
                            && world.proxy().descriptors() - links <= descriptors);
            assertThat(world.proxy().stats().number("outbound_connections")).isEqualTo(links);
            Await.until("so are threads", Harness.SOON, () -> threads(world).equals(threads));
            assertThat(world.proxy().log()).doesNotContain("Exception", "\tat ");
            assertThat(world.proxy().stop()).isZero();
        }
    }

    private static long clients(World world) throws IOException {
        return world.proxy().stats().number("total_special_connections");
    }

    @Test
    void workersLoseNobodyEither() throws Exception {
        try (World world = start("-M", "2");
                SimulatedTelegram other = other(world);
                Killer killer = Killer.of(world.proxy().pid())) {
            Family family = Family.serving(world, 2);
            int applied = applied(world);
            try (Traffic traffic = new Traffic(target(world))) {
                traffic.awaitAnswers(3 * Traffic.SESSIONS);
                for (int i = 0; i < HANG_UPS_OF_WORKERS; i++) {
                    turn(i, world, other);
                    killer.hangUp();
                    int wanted = applied + 3 * (i + 1);
                    Await.until("all three have tried", Harness.SOON, () -> applied(world) == wanted);
                    assertThat(traffic.failures()).as("after SIGHUP " + (i + 1)).isEmpty();
                }
            }
            ProxyStats stats = world.proxy().stats();
            assertThat(stats.number("closed_link_lost") + stats.number("closed_no_link")).isZero();
            assertThat(Family.alive(family.worker(1)) && Family.alive(family.worker(2))).isTrue();
            assertThat(world.proxy().stop()).isZero();
        }
    }

    /** How often a config was taken or refused. */
    private static int applied(World world) throws IOException {
        return world.proxy().log().split("re-read successfully|config check failed!", -1).length - 1;
    }
}
