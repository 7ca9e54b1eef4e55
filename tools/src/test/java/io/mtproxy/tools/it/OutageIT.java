package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Targets go and come back. {@code -Dmtproxy.outage.clients=5000} is the long form of the test with many clients; it needs
 * twice as many descriptors.
 */
class OutageIT {
    private static final int CLIENTS = Integer.getInteger("mtproxy.outage.clients", 300);
    /** Links on their way at a time, of one process. */
    private static final int CONNECT_BUDGET = 32;
    private static final Duration BACK = Duration.ofSeconds(2);
    /** The bounded wait is 3 s. */
    private static final Duration CLOSED = Duration.ofSeconds(5);

    @TempDir
    private Path directory;
    /** Clients that live through an outage shall end. */
    private volatile boolean ended;

    private static LoadExchange client(LoadTarget target) throws IOException {
        return new LoadExchange(target.client(0), new SplittableRandom());
    }

    private static void assertServed(Backends backends, int clients) throws InterruptedException {
        LoadReport report = LoadRun.start(new LoadPlan(backends.target(), LoadWork.echo(5, 16, 500), clients)).await();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
    }

    @Test
    void aTargetThatIsGoneIsReplacedByTheOthersOfItsDataCentre() throws Exception {
        try (Backends backends = Backends.Plan.of(3).serving(directory)) {
            backends.proxy().awaitLinks(3 * World.LINKS);
            assertThat(backends.stat("ready_targets")).isEqualTo(3);
            long waitedAtStart = backends.stat("dataplane_packets_waited");

            backends.kill(0);
            Await.until("one of them is missed", Harness.SOON, () -> backends.stat("ready_targets") == 2);
            assertServed(backends, 30);
            assertThat(backends.stat("dataplane_packets_waited")).as("packets that had to wait")
                    .isEqualTo(waitedAtStart);
            assertThat(backends.stat("targets_unhealthy")).isEqualTo(1);

            backends.revive(0);
            Await.until("it is back", Harness.SOON, () -> backends.stat("ready_targets") == 3);
            Await.until("it serves", Harness.SOON, () -> {
                assertServed(backends, 10);
                return backends.telegram(0).statistics().sessionsTotal() > 0;
            });
            assertThat(backends.lines(backends.name(0) + " is down")).hasSize(1);
            assertThat(backends.lines(backends.name(0) + " is up")).hasSize(1);
            assertThat(backends.lines("target ")).as("lines about targets").hasSize(2);
        }
    }

    @Test
    void whereAllTargetsAreDownClientsAreClosedSoonAndServedSoonAfterTheReturn() throws Exception {
        try (Backends backends = Backends.Plan.of(2).serving(directory)) {
            backends.kill(0);
            backends.kill(1);
            Await.until("no target is ready", Harness.SOON, () -> backends.stat("ready_targets") == 0);

            for (int round = 0; round < 2; round++) { // the second one finds longer pauses
                try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> clients = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        clients.add(executor.submit(() -> assertClosedSoon(backends.target())));
                    }
                    for (Future<?> client : clients) {
                        client.get();
                    }
                }
            }
            backends.proxy().awaitStat("closed_no_link", 40);
            assertThat(backends.lines("data centre " + Backends.DC)).hasSize(1);

            backends.revive(1);
            long start = System.nanoTime();
            try (LoadExchange first = client(backends.target())) {
                first.echo(100, false);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as("first client after the return")
                    .isLessThan(BACK);
            assertThat(backends.lines("data centre " + Backends.DC)).hasSize(2)
                    .last().asString().endsWith("is served again");
        }
    }

    private static Void assertClosedSoon(LoadTarget target) throws IOException {
        long start = System.nanoTime();
        try (LoadExchange client = client(target)) {
            assertThatThrownBy(() -> client.echo(100, false)).isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CLOSED);
        return null;
    }

    @Test
    void whoWaitedIsSpreadOverTheLinksThatBecomeReady() throws Exception {
        int waiting = 160;
        Arrivals arrivals = new Arrivals();
        try (Backends backends = Backends.Plan.of(1).config("min_connections 8;\nmax_connections 8;\n").faults(arrivals)
                .arguments("--cpu-threads", "1").serving(directory)) {
            backends.kill(0);
            Await.until("no target is ready", Harness.SOON, () -> backends.stat("ready_targets") == 0);
            arrivals.reset();
            long waitedBefore = backends.stat("outbound_pool_misses");
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                CountDownLatch served = new CountDownLatch(waiting);
                for (int i = 0; i < waiting; i++) {
                    executor.submit(() -> {
                        try (LoadExchange client = client(backends.target())) {
                            client.echo(100, false);
                            served.countDown();
                        }
                        return null;
                    });
                }
                Await.until("all wait", Harness.SOON,
                        () -> backends.stat("outbound_pool_misses") - waitedBefore == waiting);
                backends.revive(0);
                assertThat(served.await(Harness.SOON.toSeconds(), TimeUnit.SECONDS)).as("all are served").isTrue();
            }
            assertThat(arrivals.mostAnswers()).as("clients on the fullest of 8 links").isLessThanOrEqualTo(waiting / 3);
        }
    }

    @Test
    void manyClientsComeBackAndTelegramIsNotMetByAllLinksAtOnce() throws Exception {
        Arrivals arrivals = new Arrivals();
        int links = 100;
        try (Backends backends = Backends.Plan.of(1)
                .config("max_connections " + links + ";\nmin_connections " + links + ";\n").faults(arrivals)
                .arguments("-c", String.valueOf(2 * CLIENTS + 1000), "-C", String.valueOf(2 * CLIENTS + 500))
                .serving(directory)) {
            backends.proxy().awaitStat("ready_outbound_connections", links);
            assertThat(arrivals.most()).as("links on their way at the start").isLessThanOrEqualTo(CONNECT_BUDGET);

            CountDownLatch connected = new CountDownLatch(CLIENTS);
            CountDownLatch servedAgain = new CountDownLatch(CLIENTS);
            ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    executor.submit(() -> liveThrough(backends.target(), connected, servedAgain));
                }
                assertThat(connected.await(60, TimeUnit.SECONDS)).as("all clients are served").isTrue();

                arrivals.slow(150);
                arrivals.reset();
                backends.kill(0);
                Await.until("no target is ready", Harness.SOON, () -> backends.stat("ready_targets") == 0);
                backends.revive(0);

                assertThat(servedAgain.await(60, TimeUnit.SECONDS)).as("all are served again").isTrue();
            } finally {
                ended = true;
                executor.shutdown();
            }
            backends.proxy().awaitStat("ready_outbound_connections", links);
            assertThat(arrivals.all()).isGreaterThanOrEqualTo(links);
            assertThat(arrivals.most()).as("links on their way at the return")
                    .isBetween(CONNECT_BUDGET / 2, CONNECT_BUDGET);
            Await.until("no client is left", Harness.SOON, () -> backends.stat("total_special_connections") == 0
                    && backends.stat("ext_connections") == 0);
        }
    }

    /** A client that holds its session until it breaks, and then tries until it is served again. */
    private Void liveThrough(LoadTarget target, CountDownLatch connected, CountDownLatch servedAgain)
            throws IOException {
        try (LoadExchange first = client(target)) {
            first.echo(100, false);
            connected.countDown();
            while (!ended) {
                first.echo(100, false);
                Thread.sleep(1000); // a client's own pace
            }
        } catch (IOException | InterruptedException e) {
            // the link is gone
        }
        while (!ended && !target.serves()) {
            Thread.onSpinWait();
        }
        servedAgain.countDown();
        return null;
    }
}
