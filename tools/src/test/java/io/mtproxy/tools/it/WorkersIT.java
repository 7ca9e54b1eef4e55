package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.sim.Statistics;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy of a supervisor and two workers ({@code -M 2}), when all goes well. */
class WorkersIT {
    private static final int ECHOES = 20;

    @TempDir
    private Path directory;

    private static LoadTarget target(World world) {
        return LoadTarget.of(world.proxy().address(), World.KEY);
    }

    private World start(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-M", "2"));
        arguments.addAll(List.of(more));
        return World.Plan.ours().arguments(arguments.toArray(String[]::new)).start(directory);
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    @Test
    void eachWorkerServesAllWhenTheOtherDoesNotMove() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            for (int still = 1; still <= 2; still++) {
                int other = 3 - still;
                long before = family.clientsAccepted(other);
                Family.stop(family.worker(still));
                LoadReport report = LoadRun
                        .start(new LoadPlan(target(world), LoadWork.echo(ECHOES, 16, 5000), 9)).await();
                Family.signal("CONT", family.worker(still));
                assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
                assertThat(report.handshakes()).isEqualTo(9);
                Await.until("worker " + other + " counts them", Harness.SOON,
                        () -> family.clientsAccepted(other) - before == 9);
            }
            assertThat(world.proxy().stop()).isZero();
        }
    }

    @Test
    void totalsAreThoseOfBothWorkers() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Await.until("both have served", Harness.SOON, () -> {
                LoadReport report = LoadRun.start(new LoadPlan(target(world), LoadWork.echo(5, 0, 3000), 30)).await();
                assertThat(report.failed()).isZero();
                return family.clientsAccepted(1) > 0 && family.clientsAccepted(2) > 0;
            });
            Statistics telegram = world.telegram().statistics();
            Await.until("all is counted", Harness.SOON, () -> {
                ProxyStats stats = world.proxy().stats();
                return stats.number("tot_forwarded_queries") == telegram.requests()
                        && stats.number("tot_forwarded_responses") == telegram.answers()
                        && stats.number("tot_forwarded_simple_acks") == telegram.simpleAcks()
                        && stats.number("ext_connections_created") == telegram.sessionsTotal()
                        && stats.number("ext_connections") == 0;
            });
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                idle.add(new Socket(world.proxy().address().getAddress(), world.proxy().address().getPort()));
            }
            long links = world.telegram().statistics().linksNow();
            Await.until("idle clients are counted", Harness.SOON, () -> {
                ProxyStats stats = world.proxy().stats();
                return stats.number("total_special_connections") == 7
                        && stats.number("worker_1_clients") + stats.number("worker_2_clients") == 7
                        && stats.number("total_allocated_outbound_connections") == links
                        && stats.number("total_connections") == 7 + links + 1; // the one that asks
            });
            ProxyStats stats = world.proxy().stats();
            assertThat(stats.values()).containsEntry("workers", "2").containsEntry("total_declared_targets", "2")
                    .containsEntry("total_ready_targets", "2").containsEntry("total_max_special_connections", "8000")
                    .containsEntry("max_special_connections", "4000").containsEntry("pid", "" + world.proxy().pid())
                    .containsEntry("outbound_connections", "0").containsEntry("active_special_connections", "0")
                    .containsEntry("inbound_connections", "1").containsEntry("secret_1_active_connections", "0");
            for (Socket socket : idle) {
                socket.close();
            }
            assertThat(world.proxy().stop()).isZero();
        }
    }

    @Test
    void everyProcessStartsWithItsLines() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Await.until("all are in the main loop", Harness.SOON,
                    () -> count(world.proxy().log(), "main loop") == 3);
            String log = world.proxy().log();
            assertThat(log.lines().toList()).hasSize(2 + 1 + 3 * 3);
            assertThat(count(log, "Invoking engine")).isEqualTo(1);
            assertThat(log.indexOf("creating 2 workers")).isBetween(0, log.indexOf("Started as ["));
            for (String line : List.of("Started as [", "configuration file ", "main loop")) {
                assertThat(log).containsPattern("(?m)^\\[" + world.proxy().pid() + "]\\[[^]]* local] "
                        + java.util.regex.Pattern.quote(line));
                for (int number = 1; number <= 2; number++) {
                    assertThat(log).containsPattern("(?m)^\\[" + family.worker(number) + "]\\[[^]]* local] \\[worker "
                            + number + "] " + java.util.regex.Pattern.quote(line));
                }
            }
            assertThat(world.proxy().stop()).isZero();
        }
    }

    @Test
    void signalsReachAll() throws Exception {
        Path log = directory.resolve("proxy.log");
        Path config = directory.resolve("backend.conf");
        try (World world = start("-l", log.toString())) {
            Family family = Family.serving(world, 2);
            String good = Files.readString(config);

            Files.writeString(config, good + "proxy_for 7 127.0.0.1:1;\n");
            Family.signal("HUP", world.proxy().pid());
            Await.until("all use the new config", Harness.SOON,
                    () -> world.proxy().stats().number("total_declared_targets") == 4
                            && count(Files.readString(log), "re-read successfully") == 3);
            assertThat(world.proxy().stats().number("config_auth_clusters")).isEqualTo(11);

            Path old = Files.move(log, directory.resolve("proxy.log.1"));
            Family.signal("USR1", world.proxy().pid());
            Files.writeString(config, "proxy garbage");
            for (long pid : List.of(world.proxy().pid(), family.worker(1), family.worker(2))) {
                Await.until(pid + " writes to the new file", Harness.SOON,
                        () -> Family.logOf(pid).equals(log.toString()));
            }
            Family.signal("HUP", world.proxy().pid());
            Await.until("all refuse the bad config", Harness.SOON,
                    () -> count(Files.readString(log), "config check failed! (code -1)") == 3);
            assertThat(count(Files.readString(old), "received signal 10")).isEqualTo(3);
            assertThat(count(Files.readString(log), "received signal 01")).isEqualTo(3);
            assertThat(Files.readString(log)).contains("[worker 1] received signal 01",
                    "[worker 2] received signal 01");
            LoadReport report = LoadRun.start(new LoadPlan(target(world), LoadWork.echo(5, 0, 3000), 9)).await();
            assertThat(report.failed()).isZero();
            assertThat(world.proxy().stop()).isZero();
            assertThat(count(Files.readString(log), "Terminated by SIGTERM.")).isEqualTo(3);
        }
    }

    @Test
    void aWorkerHasNothingOfTheSupervisorsButWhatItNeeds() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Set<String> supervisors = Family.open(world.proxy().pid());
            assertThat(supervisors).as("client port, statistics port, perhaps connections to that one")
                    .filteredOn(name -> name.startsWith("socket:")).hasSizeGreaterThanOrEqualTo(2);
            Set<String> first = Family.open(family.worker(1));
            Set<String> second = Family.open(family.worker(2));
            Set<String> passedOn = common(common(supervisors, first), second);
            assertThat(passedOn).hasSize(2).as("the client port").anyMatch(name -> name.startsWith("socket:"))
                    .as("the pipe that tells of the supervisor's end").anyMatch(name -> name.startsWith("pipe:"));
            assertThat(common(supervisors, first)).isEqualTo(passedOn);
            assertThat(common(supervisors, second)).isEqualTo(passedOn);
            assertThat(common(first, second)).isEqualTo(passedOn);
            assertThat(world.proxy().stop()).isZero();
        }
    }

    private static Set<String> common(Set<String> one, Set<String> other) {
        Set<String> common = new HashSet<>(one);
        common.retainAll(other);
        return common;
    }

    @Test
    void itStopsInOrderUnderTraffic() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            LoadRun load = LoadRun.start(
                    new LoadPlan(target(world), LoadWork.streams(LoadMode.BOTH, 1L << 40).windows(1 << 20, 1 << 20),
                            9));
            Await.until("bytes flow", Harness.SOON,
                    () -> world.proxy().stats().number("tot_forwarded_queries") > 500);
            assertThat(world.proxy().stop()).as("exit code").isZero();
            load.await();
            assertThat(count(world.proxy().log(), "SIGTERM handled.")).isEqualTo(3);
            assertThat(world.proxy().log()).endsWith("] Terminated by SIGTERM.\n").doesNotContain("Exception", "\tat ");
            assertThat(Family.alive(family.worker(1))).isFalse();
            assertThat(Family.alive(family.worker(2))).isFalse();
        }
    }

    /** C kills its workers then. */
    @Test
    void anInterruptStopsInOrder() throws Exception {
        try (World world = start()) {
            Family.serving(world, 2);
            Family.signal("INT", world.proxy().pid());
            assertThat(world.proxy().awaitEnd(Harness.SOON)).isZero();
            assertThat(world.proxy().log()).contains("] SIGINT handled.\n", "[worker 1] SIGTERM handled.\n",
                    "[worker 2] SIGTERM handled.\n").endsWith("] Terminated by SIGINT.\n");
        }
    }

    @Test
    void whoIsNotTheSupervisorCannotStartAWorker() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(ProxyOptions.defaultExecutable().toString(), "-M", "2", "config")
                .redirectErrorStream(true);
        builder.environment().put("MTPROXY_WORKER", "2:1073741824:1");
        builder.environment().put("MTPROXY_BUILD", "never");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .matches("\\[" + process.pid() + "]\\[[^]]* local] \\[worker 2] Parent 1073741824 is changed to "
                        + ProcessHandle.current().pid() + ", aborting\n");
    }

    @Test
    void withoutDescriptorsThereAreNoWorkers() throws Exception {
        Path config = Files.writeString(directory.resolve("some.conf"), "proxy 127.0.0.1:1;\n");
        ProcessBuilder builder = new ProcessBuilder(ProxyOptions.defaultExecutable().toString(), "-M", "2",
                config.toString()).redirectErrorStream(true);
        builder.environment().put("MTPROXY_LOOP", "nio");
        builder.environment().put("MTPROXY_BUILD", "never");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output).contains("fatal: workers (-M 2) need the epoll loop");
    }
}
