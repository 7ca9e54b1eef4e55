package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.KeyExchangeProbe;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options that act on the side of clients, each observed on the running daemon. */
class ClientFlagsIT {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private static LoadTarget target(World world) {
        return LoadTarget.of(world.proxy().address(), World.KEY);
    }

    private static LoadExchange client(World world) throws IOException {
        return new LoadExchange(target(world).client(0), new SplittableRandom());
    }

    /** Length of the queue of a listening socket, as ss shows it. */
    private static int backlog(int port) throws Exception {
        String line = ProcessFacts.run("ss", "-Hltn", "sport", "=", ":" + port).lines().findFirst().orElseThrow();
        return Integer.parseInt(line.strip().split(" +")[2]);
    }

    @Test
    void backlogIsTheLengthOfTheAcceptQueue() throws Exception {
        try (World world = World.Plan.ours().arguments("-b", "77").start(directory)) {
            assertThat(backlog(world.proxy().address().getPort())).isEqualTo(77);
        }
    }

    /** Up to where the proxy's end of a client's connection may open its window, as its socket knows it. */
    private static long window(int proxyPort) throws Exception {
        String sockets = ProcessFacts.run("ss", "-Htin", "state", "established", "sport", "=", ":" + proxyPort);
        Matcher matcher = Pattern.compile("rcv_ssthresh:(\\d+)").matcher(sockets);
        assertThat(matcher.find()).as(sockets).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void windowClampBoundsTheWindowOfClients() throws Exception {
        assertThat(windowOf("-W", "6000")).isEqualTo(6000);
        assertThat(windowOf()).as("without -W").isGreaterThan(6000);
    }

    /** Of a client that has not said a word: Linux 6 opens the window again with the first large segment. */
    private long windowOf(String... arguments) throws Exception {
        try (World world = World.Plan.ours().arguments(arguments).start(directory); Socket client = new Socket()) {
            Await.until("the probe of the start is gone", Harness.SOON,
                    () -> world.proxy().stats().number("active_special_connections") == 0);
            client.connect(world.proxy().address());
            Await.until("the client is accepted", Harness.SOON,
                    () -> world.proxy().stats().number("active_special_connections") == 1);
            return window(world.proxy().address().getPort());
        }
    }

    /** C's sockets have the system's time of two hours. */
    @Test
    void aClientThatIsGoneIsAskedForAfterSomeMinutes() throws Exception {
        try (World world = World.Plan.ours().start(directory); Socket client = new Socket()) {
            client.connect(world.proxy().address());
            Await.until("the client is accepted", Harness.SOON,
                    () -> world.proxy().stats().number("active_special_connections") == 1);
            assertThat(ProcessFacts.run("ss", "-Htno", "state", "established", "sport", "=",
                    ":" + world.proxy().address().getPort())).contains("timer:(keepalive,2min2");
        }
    }

    @Test
    void atTheLimitOfClientsTheNextOneWaitsInTheQueue() throws Exception {
        try (World world = World.Plan.ours().arguments("-C", "2").serving(directory);
                LoadExchange first = client(world)) {
            first.echo(100, false);
            try (LoadExchange second = client(world)) {
                second.echo(100, false);
                assertThat(target(world).patience(SHORT).serves()).as("the third client").isFalse();
                assertThat(world.proxy().stats().number("active_special_connections")).isEqualTo(2);
                Await.until("the log warns", Harness.SOON,
                        () -> world.proxy().log().contains("CRITICAL: used 2 user connections out of 2"));
            }
            world.proxy().awaitServing(target(world));
            first.echo(100, false);
        }
    }

    @Test
    void aKeyExchangeAboveTheRateIsClosedAndOthersAreServed() throws Exception {
        try (World world = World.Plan.ours().arguments("--max-dh-accept-rate", "1").serving(directory);
                LoadExchange other = client(world)) {
            ClientSettings settings = target(world).client(0);
            long fingerprint = world.telegram().rsaFingerprint(); // makes the key, which takes its time
            Await.until("one key exchange is served", Harness.SOON,
                    () -> catchThrowable(() -> KeyExchangeProbe.ask(settings)) == null);
            int refused = 0;
            for (int i = 0; i < 30 && refused < 3; i++) {
                try {
                    assertThat(KeyExchangeProbe.ask(settings)).isEqualTo(fingerprint);
                } catch (IOException e) {
                    assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
                    refused++;
                }
            }
            assertThat(refused).as("key exchanges above one per second").isEqualTo(3);
            other.echo(1000, true);
            assertThat(target(world).serves()).as("a client that has its key").isTrue();
        }
    }

    @Test
    void connectionsAboveTheAcceptRateAreClosedAtOnce() throws Exception {
        try (World world = World.Plan.ours().arguments("--max-accept-rate", "5").start(directory)) {
            List<Socket> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    Socket client = new Socket();
                    clients.add(client);
                    client.connect(world.proxy().address());
                    client.setSoTimeout(1);
                }
                Await.until("some are closed", Harness.SOON,
                        () -> clients.stream().filter(RawClient::isClosed).count() >= 5);
            } finally {
                for (Socket client : clients) {
                    client.close();
                }
            }
            assertThat(world.proxy().awaitStats().number("accept_rate_limit_failed")).isGreaterThanOrEqualTo(5);
            world.proxy().awaitServing(target(world));
        }
    }

    /** As with C: one bucket for all ports of a process. */
    @Test
    void theAcceptRateCoversTheStatisticsPort() throws Exception {
        try (World world = World.Plan.ours().arguments("--max-accept-rate", "5").start(directory)) {
            int refused = 0;
            for (int i = 0; i < 200 && refused < 5; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(world.proxy().statsAddress());
                    socket.getOutputStream().write("GET /stats HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    refused += socket.getInputStream().read() < 0 ? 1 : 0;
                } catch (IOException e) {
                    refused++; // reset while the request went out
                }
            }
            assertThat(refused).isEqualTo(5);
            ProxyStats stats = world.proxy().awaitStats();
            assertThat(stats.number("accept_rate_limit_failed")).isGreaterThanOrEqualTo(5);
            assertThat(stats.number("ingress_accept_rate_limited")).as("of clients").isZero();
            assertThat(stats.values().get("total_accept_connections_failed"))
                    .isEqualTo("0 0 0 " + stats.number("accept_rate_limit_failed") + " 0");
            assertThat(Double.parseDouble(stats.values().get("cur_accept_rate_remaining"))).isBetween(0.0, 5.0);
        }
    }

    /** C ends with the first request then. */
    @Test
    void withIpv6StatisticsAreToldOnBothLoopbacks() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "needs IPv6");
        try (World world = World.Plan.ours().arguments("-6").start(directory)) {
            assertThat(world.proxy().stats().number("listening_connections")).isEqualTo(3);
            try (Socket socket = new Socket(loopback, world.proxy().statsAddress().getPort())) {
                socket.getOutputStream().write("GET /stats HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200 OK\r\n").contains("pid\t" + world.proxy().pid() + "\n");
            }
        }
    }

    @Test
    void addressIsWhereWeListenAndWhereLinksComeFrom() throws Exception {
        Queue<String> links = new ConcurrentLinkedQueue<>();
        int port = FreePort.find();
        try (SimulatedTelegram telegram = SimulatedTelegram
                .start(SimulatedTelegram.Options.defaults().service(new LoadService()).log(links::add))) {
            TelegramFiles files = TelegramFiles.write(directory, telegram);
            try (Daemon daemon = Daemon.start(directory, List.of(), "-u", System.getProperty("user.name"), "-c", "1000",
                    "-H", String.valueOf(port), "-S", World.SECRET, "--address", "127.0.0.2", "--aes-pwd",
                    files.secret().toString(), files.config().toString())) {
                daemon.await("main loop");
                Await.until("a client is served at the address", Harness.SOON,
                        () -> LoadTarget.of(new InetSocketAddress("127.0.0.2", port), World.KEY).patience(SHORT)
                                .serves());
                assertThat(links).isNotEmpty().allMatch(line -> line.contains("up, from /127.0.0.2:"));
                assertThat(catchThrowable(() -> new RawClient(new InetSocketAddress("127.0.0.1", port),
                        Transport.PADDED, World.KEY))).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void disableTcpClosesTheStatisticsPortOnly() throws Exception {
        int port = FreePort.find();
        int stats = FreePort.find();
        try (SimulatedTelegram telegram = SimulatedTelegram
                .start(SimulatedTelegram.Options.defaults().service(new LoadService()))) {
            TelegramFiles files = TelegramFiles.write(directory, telegram);
            try (Daemon daemon = Daemon.start(directory, List.of(), "-u", System.getProperty("user.name"), "-c", "1000",
                    "-H", String.valueOf(port), "-p", String.valueOf(stats), "--http-stats", "--disable-tcp", "-S",
                    World.SECRET, "--aes-pwd", files.secret().toString(), files.config().toString())) {
                daemon.await("main loop");
                Await.until("clients are served", Harness.SOON,
                        () -> LoadTarget.of(new InetSocketAddress("127.0.0.1", port), World.KEY).patience(SHORT)
                                .serves());
                assertThat(ProcessFacts.run("ss", "-Hltn", "sport", "=", ":" + stats)).isEmpty();
            }
        }
    }

    @Test
    void cpuThreadsIsTheNumberOfEventLoops() throws Exception {
        try (World world = World.Plan.ours().arguments("--cpu-threads", "3").serving(directory)) {
            assertThat(loops(world)).as("besides that of the main thread").containsExactly("loop-1", "loop-2");
        }
        try (World world = World.Plan.ours().arguments("--cpu-threads", "1").serving(directory)) {
            assertThat(loops(world)).isEmpty();
        }
        try (World world = World.Plan.ours().serving(directory)) {
            int cores = Runtime.getRuntime().availableProcessors();
            assertThat(loops(world)).as("one for two cores").hasSize(Math.min(4, (cores + 1) / 2) - 1);
        }
    }

    private static List<String> loops(World world) throws IOException {
        return new ProcessFacts(world.proxy().pid()).taskNames().stream().filter(name -> name.startsWith("loop-"))
                .toList();
    }

    @Test
    void statisticsShowThreadsAndFlagsAsC() throws Exception {
        try (World world = World.Plan.ours().arguments("--cpu-threads", "2", "--io-threads", "3").start(directory)) {
            assertThat(world.proxy().stats().values()).containsEntry("tot_threads",
                    "0 3 2 1  0 0 0 0  0 0 0 0  0 0 0 0").containsEntry("default_rpc_flags", "2048");
        }
        try (World world = World.Plan.ours().arguments("--multithread=1", "--tcp-cpu-threads", "2", "--tcp-iothreads",
                "2", "--crc32c", "--allow-skip-dh", "--msg-buffers-size", "64m").serving(directory)) {
            assertThat(world.proxy().stats().values())
                    .containsEntry("tot_threads", "0 16 8 1  2 2 0 0  1 0 0 0  0 0 0 0")
                    .containsEntry("default_rpc_flags", "2056")
                    .containsEntry("max_allocated_buffer_bytes", "67108864").containsEntry("max_buffer_chunks", "32");
        }
    }
}
