package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The supervisor or a worker is killed at any moment while clients are served; every time the proxy ends as a whole, leaves
 * nothing behind, and serves again when it is started again. {@code -Dmtproxy.kills=100} is the long form, {@code
 * -Dmtproxy.seed=...} repeats a run.
 */
class RandomKillsIT {
    private static final int KILLS = Integer.getInteger("mtproxy.kills", 3);
    private static final long SEED = Long.getLong("mtproxy.seed", System.nanoTime());
    private static final int WORKERS = 2;
    private static final int CLIENTS = 16;
    private static final int KILLED = 128 + 9;

    @TempDir
    private Path directory;

    /** Clients that come again and again, whatever happens to them. */
    private static final class Stubborn implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicInteger answers = new AtomicInteger();
        private volatile boolean ended;

        Stubborn(LoadTarget target) {
            for (int i = 0; i < CLIENTS; i++) {
                int index = i;
                threads.add(Thread.ofVirtual().start(() -> live(target, index)));
            }
        }

        private void live(LoadTarget target, int index) {
            while (!ended) {
                try (LoadExchange client = new LoadExchange(target.client(index), new SplittableRandom())) {
                    for (int i = 0; i < 20 && !ended; i++) {
                        client.echo(2000, false);
                        answers.incrementAndGet();
                    }
                } catch (IOException e) {
                    rest();
                }
            }
        }

        /** A client's own pace. */
        private static void rest() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void awaitAnswers(int more) {
            int wanted = answers.get() + more;
            Await.until(more + " more answers", Harness.SOON, () -> answers.get() >= wanted);
        }

        @Override
        public void close() {
            ended = true;
            Await.until("clients leave", Harness.SOON, () -> threads.stream().noneMatch(Thread::isAlive));
        }
    }

    @Test
    void whoeverIsKilledTheWholeProxyEndsAndAStartServesAgain() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        int first = random.nextInt(WORKERS + 1);
        int port = FreePort.find();
        int statsPort = FreePort.find();
        LoadTarget target = LoadTarget.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), World.KEY);
        try (SimulatedTelegram telegram = SimulatedTelegram
                .start(SimulatedTelegram.Options.defaults().service(new LoadService()));
                Stubborn clients = new Stubborn(target)) {
            TelegramFiles files = TelegramFiles.write(directory, telegram);
            ProxyOptions options = new ProxyOptions(ProxyOptions.defaultExecutable(), directory, files.config(),
                    files.secret(), List.of(World.SECRET), List.of("-M", String.valueOf(WORKERS)));
            for (int i = 0; i < KILLS; i++) {
                int victim = (first + i) % (WORKERS + 1); // in turn, but nobody knows when
                try (ProxyProcess proxy = ProxyProcess.start(options, port, statsPort)) {
                    Family family = Family.serving(proxy, WORKERS);
                    clients.awaitAnswers(1 + random.nextInt(500));
                    Family.signal("KILL", victim == 0 ? proxy.pid() : family.worker(victim));
                    assertThat(proxy.awaitEnd(Harness.SOON)).as("exit code, seed %s, kill %s", SEED, i)
                            .isEqualTo(victim == 0 ? KILLED : 1);
                    Await.until("no worker is left, seed " + SEED, Harness.SOON,
                            () -> !Family.alive(family.worker(1)) && !Family.alive(family.worker(2)));
                    assertThat(proxy.log()).doesNotContain("Exception", "\tat ");
                }
                awaitNobodyListens(port);
                awaitNobodyListens(statsPort);
                Await.until("Telegram has no link", Harness.SOON, () -> telegram.statistics().linksNow() == 0);
            }
            try (ProxyProcess proxy = ProxyProcess.start(options, port, statsPort)) {
                clients.awaitAnswers(100);
                assertThat(proxy.stop()).isZero();
            }
        }
    }

    /** The kernel takes a moment to close what a killed process had open. */
    private static void awaitNobodyListens(int port) {
        Await.until("nobody listens on " + port, Harness.SOON, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return false;
            } catch (ConnectException e) {
                return true;
            }
        });
    }
}
