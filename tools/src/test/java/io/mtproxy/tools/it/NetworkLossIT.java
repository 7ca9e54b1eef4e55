package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.it.Network.Road;
import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks in which packets vanish: nobody is told, neither by an end nor by a reset. */
class NetworkLossIT {
    private static final Duration HASTY = Duration.ofMillis(500);
    /** The bounded wait is 3 s. */
    private static final Duration CLOSED = Duration.ofSeconds(5);
    private static final int BURSTS = 8;
    private static final Duration BURST = Duration.ofMillis(150);
    /** Probes of keep-alive begin after 150 s; five of them, or 300 s with unacknowledged bytes, are the end. */
    private static final Duration VANISHED = Duration.ofSeconds(340);

    @TempDir
    private Path directory;
    private Network network;
    private SimulatedTelegram telegram;
    private int statsPort;
    private LoadTarget target;
    private Daemon daemon;

    @BeforeEach
    void connect() throws Exception {
        network = Network.create();
        telegram = SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(new Floods(new LoadService()))
                .listen(new InetSocketAddress(network.other(Road.TELEGRAM), 0)));
    }

    @AfterEach
    void end() throws Exception {
        if (daemon != null) {
            daemon.close();
        }
        if (telegram != null) {
            telegram.close();
            network.remove();
        }
    }

    /** Starts the proxy and waits until it serves. */
    private void start(List<String> environment, String... arguments) throws IOException {
        TelegramFiles files = TelegramFiles.write(directory, telegram);
        int port = FreePort.find();
        statsPort = FreePort.find();
        target = LoadTarget.of(new InetSocketAddress(network.proxy(Road.CLIENTS), port), World.KEY);
        ProxyOptions options = new ProxyOptions(ProxyOptions.defaultExecutable(), directory, files.config(),
                files.secret(), List.of(World.SECRET), List.of(arguments));
        List<String> prefix = new ArrayList<>(network.inside());
        prefix.add("env");
        prefix.addAll(environment);
        List<String> command = options.command(port, statsPort);
        daemon = Daemon.start(directory, prefix, command.subList(1, command.size()).toArray(String[]::new));
        awaitServed();
    }

    private void awaitServed() {
        Await.until("clients are served", Harness.SOON, () -> target.patience(HASTY).serves());
    }

    /** Statistics are told to local connections only. */
    private long stat(String key) throws Exception {
        List<String> command = new ArrayList<>(network.inside());
        command.addAll(List.of("curl", "-s", "http://127.0.0.1:" + statsPort + "/stats"));
        return ProcessFacts.run(command.toArray(String[]::new)).lines().filter(line -> line.startsWith(key + "\t"))
                .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1))).findFirst().orElseThrow();
    }

    private LoadExchange client() throws IOException {
        return new LoadExchange(target.client(0), new SplittableRandom());
    }

    private long lines(String part) {
        return daemon.text().lines().filter(line -> line.contains(part)).count();
    }

    @Test
    void linksWhosePacketsVanishAreNoticedAndReplaced() throws Exception {
        start(List.of("MTPROXY_OUTBOUND_READ_TIMEOUT_MS=400", "MTPROXY_OUTBOUND_CONNECT_TIMEOUT_MS=1000"), "-T", "0.5");
        try (LoadExchange client = client()) {
            client.echo(1000, false);
            network.cut(Road.TELEGRAM);
            assertClosed(client);
        }
        Await.until("all links are given up", Harness.SOON, () -> stat("ready_outbound_connections") == 0);
        assertThat(stat("closed_link_silent")).isPositive();
        assertThat(stat("closed_link_lost")).as("clients of those links").isEqualTo(1);
        try (LoadExchange client = client()) {
            long start = System.nanoTime();
            assertClosed(client);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CLOSED);
        }
        assertThat(stat("closed_no_link")).isEqualTo(1);
        assertThat(lines("is down")).isEqualTo(1);

        network.mend(Road.TELEGRAM);
        awaitServed();
        daemon.await("is up");
        assertThat(lines("is down")).isEqualTo(1);
        assertThat(daemon.stop()).isZero();
    }

    private static void assertClosed(LoadExchange client) {
        assertThatThrownBy(() -> client.echo(1000, false)).isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void burstsOfLossOnBothRoadsCostTimeAndNothingElse() throws Exception {
        start(List.of());
        try (Traffic traffic = new Traffic(target)) {
            traffic.awaitAnswers(Traffic.SESSIONS);
            for (int i = 0; i < BURSTS; i++) {
                Road road = Road.values()[i % 2];
                network.cut(road);
                Thread.sleep(BURST); // the weather
                network.mend(road);
                traffic.awaitAnswers(3 * Traffic.SESSIONS);
                assertThat(traffic.failures()).isEmpty();
            }
        }
        assertThat(retransmitted()).isPositive();
        assertThat(stat("closed_link_lost")).isZero();
        assertThat(daemon.stop()).isZero();
    }

    /** Segments that the proxy's network has sent again. */
    private long retransmitted() throws IOException {
        List<String> tcp = Files.readAllLines(Path.of("/proc", String.valueOf(daemon.process().pid()), "net/snmp"))
                .stream().filter(line -> line.startsWith("Tcp:")).toList();
        int column = List.of(tcp.get(0).split(" ")).indexOf("RetransSegs");
        return Long.parseLong(tcp.get(1).split(" ")[column]);
    }

    /** Takes five minutes: {@code -Dit.excluded=differential -Dit.test=NetworkLossIT}. */
    @Test
    @Tag("long")
    void clientsWhoseNetworkVanishesAreReleased() throws Exception {
        start(List.of());
        try (LoadExchange idle = client();
                ClientConnection receiving = ClientConnection.open(target.client(0), new SplittableRandom())) {
            idle.echo(1000, false);
            Floods.ask(receiving, 40);
            receiving.receive();
            network.cut(Road.CLIENTS);
            assertThat(stat("ext_connections")).isEqualTo(2);
            Await.until("both are released", VANISHED, () -> stat("ext_connections") == 0);
            assertThat(stat("closed_client_failed")).isEqualTo(2);
            assertThat(stat("total_special_connections")).isZero();
        }
    }
}
