package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of a proxy with workers that die, hang or are stopped. */
class WorkerLossIT {
    private static final int QUEUED = 200;
    /** Signals that follow so closely are one request. */
    private static final long PAIR = Duration.ofMillis(100).toNanos();
    private static final Duration HUNG = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private World start() throws IOException {
        return World.Plan.ours().arguments("-M", "2").start(directory);
    }

    private static void awaitGone(String what, long pid, Duration limit) {
        Await.until(what + " is gone", limit, () -> !Family.alive(pid));
    }

    @Test
    void whatWaitsToBeAcceptedIsNotLostWithAWorker() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Family.stop(family.worker(1));
            Family.stop(family.worker(2));
            LoadRun clients = LoadRun.start(new LoadPlan(LoadTarget.of(world.proxy().address(), World.KEY),
                    LoadWork.echo(2, 16, 1000), QUEUED));
            Await.until(QUEUED + " connections wait", Harness.SOON,
                    () -> waiting(world.proxy().address().getPort()) == QUEUED);
            // the supervisor shall notice only when all are served
            Family.stop(world.proxy().pid());
            Family.signal("KILL", family.worker(1));
            awaitGone("worker 1", family.worker(1), Harness.SOON);
            Family.signal("CONT", family.worker(2));

            LoadReport report = clients.await();
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            assertThat(report.handshakes()).isEqualTo(QUEUED);

            Family.signal("CONT", world.proxy().pid());
            assertThat(world.proxy().awaitEnd(Harness.SOON)).isEqualTo(1);
            assertThat(Family.alive(family.worker(2))).isFalse();
            assertThat(world.proxy().log()).contains(
                    "worker 1 (pid " + family.worker(1) + ") was killed by signal 9\n",
                    "Child " + family.worker(1) + " terminated, aborting\n", "[worker 2] SIGTERM handled.\n")
                    .doesNotContain("Terminated by SIGTERM.\n[" + world.proxy().pid());
        }
    }

    /** Here nobody is left to serve them: the other worker is full. They wait until the supervisor ends all. */
    @Test
    void whatWaitsIsNotResetBeforeTheSupervisorStopsTheRest() throws Exception {
        try (World world = World.Plan.ours().arguments("-M", "2", "-C", "1").start(directory)) {
            Family family = Family.serving(world, 2);
            Family.stop(family.worker(1));
            List<Socket> clients = new ArrayList<>();
            try {
                for (int i = 0; i <= QUEUED; i++) { // without a pause: ten seconds from now on worker 1 counts as hung
                    Socket client = new Socket();
                    clients.add(client);
                    client.connect(world.proxy().address());
                    client.setSoTimeout(1);
                }
                Await.until(QUEUED + " connections wait, and worker 2 is full", Harness.SOON,
                        () -> waiting(world.proxy().address().getPort()) == QUEUED
                                && world.proxy().stats().number("worker_2_clients") == 1);
                Family.stop(world.proxy().pid()); // to have a look before it notices
                Family.signal("KILL", family.worker(1));
                awaitGone("worker 1", family.worker(1), Harness.SOON);
                assertThat(clients).as("connections after the end of worker 1").noneMatch(RawClient::isClosed);
                Family.signal("CONT", world.proxy().pid());
                String line = "Child " + family.worker(1) + " terminated, aborting\n";
                while (true) {
                    long lost = clients.stream().filter(RawClient::isClosed).count();
                    if (world.proxy().log().contains(line)) {
                        break;
                    }
                    assertThat(lost).as("connections that ended before the supervisor stopped the rest").isZero();
                }
                assertThat(world.proxy().awaitEnd(Harness.SOON)).isEqualTo(1);
                Await.until("then all are", Harness.SOON, () -> clients.stream().allMatch(RawClient::isClosed));
                awaitGone("worker 2", family.worker(2), Harness.SOON);
            } finally {
                for (Socket client : clients) {
                    client.close();
                }
            }
        }
    }

    /** Connections in the accept queue of a listening port: the kernel shows them as bytes to receive. */
    private static int waiting(int port) throws IOException {
        String local = String.format(Locale.ROOT, "00000000:%04X", port);
        for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            String[] fields = line.trim().split("\\s+");
            if (fields[1].equals(local) && fields[3].equals("0A")) {
                return Integer.parseInt(fields[4].substring(fields[4].indexOf(':') + 1), 16);
            }
        }
        throw new IllegalStateException("nobody listens at port " + port);
    }

    @Test
    void theEndOfAWorkerEndsTheProxy() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Family.signal("TERM", family.worker(2));
            assertThat(world.proxy().awaitEnd(Harness.SOON)).isEqualTo(1);
            assertThat(Family.alive(family.worker(1))).isFalse();
            assertThat(world.proxy().log()).contains("Child " + family.worker(2) + " terminated, aborting\n");
        }
    }

    @Test
    void aWorkerThatHangsEndsTheProxy() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Family.stop(family.worker(1));
            long begin = System.nanoTime();
            assertThat(world.proxy().awaitEnd(Harness.SOON)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(HUNG);
            assertThat(world.proxy().log()).contains(
                    "worker 1 (pid " + family.worker(1) + ") has not answered for more than 10 seconds, aborting\n",
                    "[worker 2] Terminated by SIGTERM.\n", "WARNING: 1 children unfinished --> they are now killed\n");
            awaitGone("worker 1", family.worker(1), Harness.SOON);
            assertThat(Family.alive(family.worker(2))).isFalse();
        }
    }

    @Test
    void aWorkerThatCannotStopIsKilled() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Family.stop(family.worker(1));
            assertThat(world.proxy().stop()).isZero();
            assertThat(world.proxy().log()).contains("WARNING: 1 children unfinished --> they are now killed\n")
                    .endsWith("] Terminated by SIGTERM.\n");
            awaitGone("worker 1", family.worker(1), Harness.SOON);
        }
    }

    @Test
    void workersEndWithTheirSupervisor() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Family.signal("KILL", world.proxy().pid());
            for (int number = 1; number <= 2; number++) {
                awaitGone("worker " + number, family.worker(number), Duration.ofSeconds(5));
                String line = "[worker " + number + "] Parent " + world.proxy().pid() + " is changed to ";
                Await.until("worker " + number + " has told why", Harness.SOON,
                        () -> world.proxy().log().contains(line));
            }
        }
    }

    @Test
    void aSecondRequestDoesNotWaitForWorkers() throws Exception {
        try (World world = start()) {
            Family family = Family.serving(world, 2);
            Family.stop(family.worker(1));
            long begin = System.nanoTime();
            Family.signal("TERM", world.proxy().pid());
            awaitGone("worker 2", family.worker(2), Harness.SOON);
            Await.until("a further signal is a second request", Harness.SOON, () -> System.nanoTime() - begin > PAIR);
            Family.signal("TERM", world.proxy().pid());
            assertThat(world.proxy().awaitEnd(Harness.SOON)).isEqualTo(1);
            assertThat(world.proxy().log()).contains("SIGTERM handled immediately.");
            Family.signal("CONT", family.worker(1));
            awaitGone("worker 1", family.worker(1), Harness.SOON);
        }
    }
}
