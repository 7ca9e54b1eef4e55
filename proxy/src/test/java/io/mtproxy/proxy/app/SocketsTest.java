package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mtproxy.proxy.cli.CommandLine;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SocketsTest {
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void clientPortsListenOnAllAddresses() throws Exception {
        int port = free();
        assertThat(opened(sockets("-H", port + ",").clients())).isEqualTo("0.0.0.0:" + port);
    }

    @Test
    void anAddressBindsClientPortsButNotWithIpv6() throws Exception {
        int port = free();
        assertThat(opened(sockets("--address", "127.0.0.1", "-H", "" + port).clients())).isEqualTo("127.0.0.1:" + port);
        int other = free();
        assertThat(opened(sockets("-6", "--address", "127.0.0.1", "-H", "" + other).clients()))
                .isEqualTo(new Endpoint(new byte[16], other).toString());
    }

    @Test
    void aBusyClientPortIsNamed() throws Exception {
        int port = busy("0.0.0.0");
        Refusal refusal = refusal(() -> sockets("-H", "" + port).clients());
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.lines()).containsExactly(Refusal.Line.bare("bind(): Address already in use"),
                Refusal.Line.log("cannot open http/tcp server socket at port " + port + ": Address already in use"));
    }

    @Test
    void withoutHttpStatsNothingIsOpenedForStatistics() throws Exception {
        Sockets sockets = sockets("-p", "" + busy("127.0.0.1"));
        assertThat(sockets.statsSockets(sockets.privilegedStatsPort())).isEmpty();
        assertThat(sockets("-p", "7:9").privilegedStatsPort()).isEqualTo(-1);
    }

    @Test
    void statisticsAreForThisMachineOnly() throws Exception {
        int port = free();
        assertThat(opened(sockets("-p", "" + port, "--http-stats").statsSockets(port))).isEqualTo("127.0.0.1:" + port);
    }

    @Test
    void aMissingOrBusyStatisticsPortIsNamed() throws Exception {
        assertThat(refusal(() -> sockets("--http-stats").statsSockets(-1))).hasMessage("fatal: port isn't defined");
        int port = busy("127.0.0.1");
        Refusal refusal = refusal(() -> sockets("--http-stats", "-p", "" + port).statsSockets(port));
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.lines().getLast().text()).startsWith("cannot open server socket at port " + port + ": ");
    }

    @Test
    void aRangeIsTriedUpwards() throws Exception {
        int port = busy("127.0.0.1");
        Sockets sockets = sockets("--http-stats", "-p", port + ":" + Math.min(65535, port + 50));
        int chosen = sockets.statsPortOfRange(sockets.privilegedStatsPort());
        opened.addAll(sockets.statsSockets(chosen));
        assertThat(chosen).isGreaterThan(port);
        assertThat(lines.toString(StandardCharsets.UTF_8)).startsWith("bind(): Address already in use\n");
        Refusal refusal = refusal(
                () -> sockets("--http-stats", "-p", port + ":" + port).statsPortOfRange(-1));
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal).hasMessage("cannot open server socket at port " + port + "-" + port);
    }

    @Test
    void disableTcpOpensNoSocketForStatistics() throws Exception {
        assertThat(sockets("--http-stats", "--disable-tcp", "-p", "" + busy("127.0.0.1")).statsSockets(1)).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aWorkerOpensNothing() throws Exception {
        List<Listener> supervisors = sockets("-H", "" + free()).clients();
        Sockets workers = sockets(List.of(supervisors.getFirst().descriptor()), "-H", "1", "-p",
                "" + busy("127.0.0.1"), "--http-stats");
        // of the same descriptor here, which is closed once
        assertThat(workers.clients().getFirst().address()).hasToString(opened(supervisors));
        assertThat(workers.statsSockets(workers.statsPortOfRange(workers.privilegedStatsPort()))).isEmpty();
    }

    /** The descriptors are others' here, too; each is closed once. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void socketsOfAServiceManagerReplaceOurs() throws Exception {
        List<Listener> managers = sockets("-H", free() + "," + free() + "," + free()).clients();
        List<Integer> ports = managers.stream().map(listener -> listener.address().port()).toList();
        String expected = opened(managers);
        int stats = ports.getLast();
        List<Integer> descriptors = managers.stream().map(Listener::descriptor).toList();
        Sockets sockets = sockets(null, descriptors, "-H", ports.get(1) + "," + ports.get(0), "-p", "" + stats,
                "--http-stats");
        assertThat(sockets.clients()).extracting(Listener::descriptor).containsExactly(descriptors.get(1),
                descriptors.get(0));
        List<Listener> statistics = sockets.statsSockets(stats);
        assertThat(statistics).extracting(Listener::descriptor).containsExactly(managers.getLast().descriptor());
        assertThat(expected).contains(":" + stats);
        Refusal refusal = refusal(() -> sockets(null, descriptors, "-H", ports.get(1) + "," + ports.get(0)).clients());
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal).hasMessage("a socket at port " + stats
                + " was handed to us, expected are those of -H, and of -p with --http-stats");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatAServiceManagerHandsOverMustListen() {
        Refusal refusal = refusal(() -> sockets(null, List.of(1 << 20), "-H", "" + free()));
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal).hasMessage(
                "cannot take over a socket that was handed to us: descriptor 1048576 is no listening socket");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsNoListeningSocketIsNotTakenOver() throws Exception {
        Refusal refusal = refusal(() -> sockets(List.of(1 << 20), "-H", "1").clients());
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal).hasMessageContaining("descriptor 1048576 is no listening socket");
    }

    private Sockets sockets(String... options) throws Refusal {
        return sockets(null, options);
    }

    private Sockets sockets(@Nullable List<Integer> inherited, String... options) throws Refusal {
        return sockets(inherited, List.of(), options);
    }

    private Sockets sockets(@Nullable List<Integer> inherited, List<Integer> activated, String... options)
            throws Refusal {
        List<String> words = new ArrayList<>(List.of(options));
        words.add("file");
        CommandLine.Parsed parsed = CommandLine.parse("prog", words, false, increment -> {});
        return new Sockets(parsed.settings(), EventLoops.choose(null), new Log(lines, 1, InstantSource.system()),
                inherited, activated);
    }

    /** Addresses of the listeners, which end with the test. */
    private String opened(List<Listener> listeners) {
        opened.addAll(listeners);
        return listeners.stream().map(listener -> listener.address().toString()).collect(Collectors.joining(" "));
    }

    private int free() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }

    private int busy(String address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress(address, 0));
        opened.add(channel);
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private static Refusal refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(Refusal.class, call);
    }
}
