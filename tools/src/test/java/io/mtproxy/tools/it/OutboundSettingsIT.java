package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.FrameFault;
import io.mtproxy.tools.sim.LinkFaults;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variables {@code MTPROXY_OUTBOUND_...}: each has its effect, and a value that makes no sense is refused. */
class OutboundSettingsIT {
    private static final String PREFIX = "MTPROXY_OUTBOUND_";
    private static final int PACKET = 100_000;

    @TempDir
    private Path directory;

    @Test
    void aConnectEndsAtItsBound() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<SocketChannel> queued = new ArrayList<>();
            for (int i = 0; i < 4; i++) { // the queue takes two, further SYNs are not answered
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(full.getLocalSocketAddress());
                queued.add(channel);
            }
            try (Backends backends = Backends.Plan.of(1).environment(PREFIX + "CONNECT_TIMEOUT_MS", "350")
                    .config("proxy_for 7 127.0.0.1:" + full.getLocalPort() + ";\n").start(directory)) {
                Await.until("the attempt is given up", Harness.SOON,
                        () -> !backends.lines("within 350 ms").isEmpty());
                assertThat(backends.lines("within 350 ms")).hasSize(1)
                        .first().asString().contains("target 127.0.0.1:" + full.getLocalPort() + " is down");
                backends.proxy().awaitServing(backends.target());
            } finally {
                for (SocketChannel channel : queued) {
                    channel.close();
                }
            }
        }
    }

    /** Does not read its links while the gate is shut. */
    private record Gate(CountDownLatch open) implements PacketService {
        @Override
        public boolean packet(SimulatedSession session, byte[] packet) {
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
    }

    private static ClientConnection open(Backends backends, int index) throws IOException {
        return ClientConnection.open(backends.target().client(index), new SplittableRandom());
    }

    private static byte[] packet(int length) {
        byte[] packet = new byte[length];
        Bytes.putInt64(packet, 0, 5);
        return packet;
    }

    /** Sends until nothing more is taken, or the connection ends. */
    private static Thread flood(ClientConnection client) {
        return Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    client.send(packet(PACKET), PACKET, false);
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    @Test
    void aLinkThatTakesNothingEndsAtTheBound() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (Backends backends = Backends.Plan.of(1).service(new Gate(gate))
                .environment(PREFIX + "WRITE_TIMEOUT_MS", "400").start(directory);
                ClientConnection client = open(backends, 0)) {
            Thread flood = flood(client);
            Await.until("the link ends", Harness.SOON, () -> backends.stat("closed_link_stuck") == 1);
            flood.join();
            assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
            backends.proxy().awaitStat("closed_link_lost", 1);
            assertThat(backends.lines("took nothing for")).isNotEmpty();
        } finally {
            gate.countDown();
        }
    }

    @Test
    void aPingThatIsNotAnsweredEndsTheLinkAtTheBound() throws Exception {
        LinkFaults mute = new LinkFaults() {
            @Override
            public FrameFault frame(long link, int type) {
                return FrameFault.DROP;
            }
        };
        try (Backends backends = Backends.Plan.of(1).faults(mute).arguments("-T", "0.3")
                .environment(PREFIX + "READ_TIMEOUT_MS", "100").start(directory)) {
            Await.until("the link ends", Harness.SOON, () -> backends.stat("closed_link_silent") > 0);
            assertThat(backends.lines("ms since a ping")).as("long before 20 intervals").isNotEmpty();
        }
    }

    @Test
    void aFullTargetGetsFurtherLinksAndThoseThatNobodyUsesAreGivenUp() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (Backends backends = Backends.Plan.of(1).service(new Gate(gate))
                .config("min_connections 1;\nmax_connections 3;\n").arguments("--cpu-threads", "1")
                .environment(PREFIX + "IDLE_TIMEOUT_MS", "200").start(directory)) {
            Await.until("the link is ready", Harness.SOON, () -> backends.stat("ready_outbound_connections") == 1);
            List<ClientConnection> clients = new ArrayList<>();
            for (int links = 2; links <= 3; links++) {
                int expected = links;
                Await.until(links + " links", Harness.SOON, () -> {
                    ClientConnection client = open(backends, 0);
                    clients.add(client);
                    flood(client);
                    return backends.stat("ready_outbound_connections") == expected;
                });
            }
            assertThat(backends.stat("outbound_idle_evictions")).as("of links with clients").isZero();
            gate.countDown();
            for (ClientConnection client : clients) {
                client.close();
            }
            Await.until("the links beyond the minimum are gone", Harness.SOON,
                    () -> backends.stat("ready_outbound_connections") == 1);
            // what waited at the gate may fill one more when the first is given up: each that was made, but for the last one
            long made = backends.stat("outbound_dials");
            assertThat(made).isGreaterThanOrEqualTo(3);
            assertThat(backends.stat("outbound_idle_evictions")).isEqualTo(made - 1);
            assertThat(backends.stat("closed_link_idle")).isEqualTo(made - 1);
            Await.until("so Telegram says", Harness.SOON, () -> backends.telegram(0).statistics().linksNow() == 1);
            assertThat(backends.lines("is down")).isEmpty();
        } finally {
            gate.countDown();
        }
    }

    @Test
    void longerPacketsOfClientsAreRefusedAtTheirFirstBytes() throws Exception {
        int most = 20_000;
        try (Backends backends = Backends.Plan.of(1).environment(PREFIX + "MAX_FRAME_SIZE", String.valueOf(most))
                .serving(directory)) {
            backends.proxy().awaitLinks(World.LINKS);
            long dials = backends.stat("outbound_dials");
            for (Transport transport : Transport.values()) {
                try (RawClient raw = new RawClient(backends.proxy().address(), transport, World.KEY)) {
                    raw.send(prefix(transport, most + 4)); // nothing of the packet itself
                    assertThat(raw.closedByProxy(Harness.SOON)).as("closed, %s", transport).isTrue();
                }
            }
            int refused = Transport.values().length;
            backends.proxy().awaitStat("closed_client_oversized", refused);
            assertThat(backends.stat("outbound_send_errors")).isEqualTo(refused);
            assertThat(backends.stat("dataplane_packets_outbound_errors")).isEqualTo(refused);
            assertThat(backends.stat("outbound_dials")).isEqualTo(dials);
            try (LoadExchange client = new LoadExchange(backends.target().client(1), new SplittableRandom())) {
                client.echo(most - 200, false);
            }
        }
    }

    private static byte[] prefix(Transport transport, int length) {
        byte[] prefix = new byte[4];
        Bytes.putInt32(prefix, 0, transport == Transport.ABRIDGED ? length / 4 << 8 | 0x7f : length);
        return prefix;
    }

    @Test
    void longerFramesOfTelegramEndTheirLink() throws Exception {
        try (Backends backends = Backends.Plan.of(1).service((session, packet) -> {
            session.answer(new byte[packet.length < 200 ? 100 : 30_000]);
            return true;
        }).environment(PREFIX + "MAX_FRAME_SIZE", "20000").start(directory);
                ClientConnection client = open(backends, 0)) {
            client.send(packet(100), 100, false);
            assertThat(client.receive()).isInstanceOf(Incoming.Packet.class);
            client.send(packet(1000), 1000, false);
            assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
            assertThat(backends.stat("closed_link_bad_length")).isEqualTo(1);
            Await.until("the log says why", Harness.SOON, () -> backends.lines("expected 16..20000").size() == 1);
        }
    }

    @Test
    void byDefaultWhatTelegramSendsMayBeLonger() throws Exception {
        try (Backends backends = Backends.Plan.of(1).service((session, packet) -> {
            session.answer(new byte[4 << 20]);
            return true;
        }).start(directory); ClientConnection client = open(backends, 1)) {
            client.send(packet(100), 100, false);
            Await.until("it is delivered", Harness.SOON, () -> backends.stat("outbound_response_bytes") == 4 << 20);
            assertThat(backends.stat("closed_link_bad_length")).isZero();
        }
    }

    @Test
    void aValueThatMakesNoSenseIsNamed() throws Exception {
        for (String bad : List.of("CONNECT_TIMEOUT_MS=0", "WRITE_TIMEOUT_MS=soon", "READ_TIMEOUT_MS=-5",
                "IDLE_TIMEOUT_MS=1e3", "MAX_FRAME_SIZE=17000000")) {
            String name = PREFIX + bad.substring(0, bad.indexOf('='));
            String value = bad.substring(bad.indexOf('=') + 1);
            assertThatThrownBy(() -> Backends.Plan.of(1).environment(name, value).start(directory))
                    .hasMessageContaining(name + " is \"" + value + "\", expected a whole number from")
                    .hasStackTraceContaining("exit code 2");
        }
    }
}
