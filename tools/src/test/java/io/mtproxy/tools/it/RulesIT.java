package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules of the data path that one client shows, each against the started daemon. */
class RulesIT {
    private static final Duration SOON = Harness.SOON;

    @TempDir
    private Path directory;

    private static ClientSettings client(World world, Transport transport, int dc, byte @Nullable [] secret) {
        return new ClientSettings(world.proxy().address(), transport, dc, secret, SOON);
    }

    private static ClientConnection open(World world, Transport transport) throws IOException {
        return ClientConnection.open(client(world, transport, 2, World.KEY), new SplittableRandom());
    }

    private static byte[] packet(int length, long mark) {
        byte[] packet = new byte[length];
        Bytes.putInt64(packet, 0, mark);
        return packet;
    }

    private static void assertServed(LoadTarget target) throws InterruptedException {
        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, 100_000), 6)).await();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
        assertThat(report.handshakes()).isEqualTo(6);
    }

    @Test
    void withoutASecretKeysAreUnhashed() throws Exception {
        try (World world = World.Plan.ours().secrets(List.of()).start(directory)) {
            LoadTarget target = LoadTarget.of(world.proxy().address(), null);
            world.proxy().awaitServing(target);
            assertServed(target);
        }
    }

    @Test
    void theLastOfManySecretsServes() throws Exception {
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 127; i++) {
            secrets.add(String.format("%032x", i + 1));
        }
        secrets.add(World.SECRET);
        try (World world = World.Plan.ours().secrets(secrets).start(directory)) {
            LoadTarget target = LoadTarget.of(world.proxy().address(), World.KEY);
            world.proxy().awaitServing(target);
            assertServed(target);
        }
    }

    @Test
    void theUseOfASecretIsCountedByAddressAndKeyAndFallsBackToZero() throws Exception {
        try (World world = World.Plan.ours().secrets(List.of("00".repeat(16), World.SECRET))
                .service((session, packet) -> true).start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            try (ClientConnection first = open(world, Transport.ABRIDGED);
                    ClientConnection second = open(world, Transport.PADDED)) {
                first.send(packet(64, 11), 64, false);
                second.send(packet(64, 12), 64, false);
                second.send(packet(64, 13), 64, false);
                world.proxy().awaitStat("tot_forwarded_queries", 3);
                assertThat(world.proxy().stats().number("secret_2_active_connections")).as("per loop").isBetween(1L,
                        2L);
                assertThat(world.proxy().stats().number("secret_2_active_auth_keys")).isEqualTo(2);
                assertThat(world.proxy().stats().number("secret_1_active_connections")).isZero();
            }
            Await.until("nobody is left", SOON, () -> world.proxy().stats().number("secret_2_active_connections") == 0
                    && world.proxy().stats().number("secret_2_active_auth_keys") == 0);
        }
    }

    @Test
    void onlyThePaddedTransportWithR() throws Exception {
        try (World world = World.Plan.ours().arguments("-R").start(directory)) {
            LoadTarget target = LoadTarget.of(world.proxy().address(), World.KEY);
            world.proxy().awaitServing(target.transports(List.of(Transport.PADDED)));
            LoadTarget hasty = target.patience(Duration.ofSeconds(1));
            assertThat(hasty.transports(List.of(Transport.ABRIDGED)).serves()).isFalse();
            assertThat(hasty.transports(List.of(Transport.INTERMEDIATE)).serves()).isFalse();
            assertServed(target.transports(List.of(Transport.PADDED)));
        }
    }

    @Test
    void incompletePacketsCannotTakeMoreMemoryThanAllowed() throws Exception {
        List<RawClient> hoarders = new ArrayList<>();
        try (World world = World.Plan.ours().arguments("--msg-buffers-size", "16m").serving(directory)) {
            byte[] half = new byte[600_000];
            Bytes.putInt32(half, 0, 1_044_480);
            for (int i = 0; i < 40; i++) {
                RawClient hoarder = new RawClient(world.proxy().address(), Transport.INTERMEDIATE, World.KEY);
                hoarders.add(hoarder);
                try {
                    hoarder.send(half);
                } catch (IOException e) { // thrown out already
                    assertThat(i).isGreaterThan(4);
                }
            }
            Await.until("the largest holders are closed", SOON,
                    () -> world.proxy().stats().number("closed_client_memory") > 10
                            && world.proxy().stats().number("total_used_buffers_size") <= 16 << 20);
            assertThat(world.proxy().stats().number("connections_failed_lru"))
                    .isEqualTo(world.proxy().stats().number("closed_client_memory"));
            assertServed(LoadTarget.of(world.proxy().address(), World.KEY));
        } finally {
            for (RawClient hoarder : hoarders) {
                hoarder.close();
            }
        }
    }

    @Test
    void everyClientPortServes() throws Exception {
        int second = FreePort.find();
        try (World world = World.Plan.ours().arguments("-H", String.valueOf(second)).serving(directory)) {
            assertThat(second).isNotEqualTo(world.proxy().address().getPort());
            assertServed(LoadTarget.of(new InetSocketAddress("127.0.0.1", second), World.KEY));
        }
    }

    @Test
    void sixteenByteAddressesOnBothSides() throws Exception {
        BlockingQueue<byte[]> seen = new LinkedBlockingQueue<>();
        try (World world = World.Plan.ours().telegram(new InetSocketAddress("::1", 0)).arguments("-6")
                .service((session, packet) -> seen.add(session.clientAddress())).start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            int port = world.proxy().address().getPort();
            for (String host : List.of("::1", "127.0.0.1")) {
                try (ClientConnection client = ClientConnection.open(new ClientSettings(
                        new InetSocketAddress(host, port), Transport.PADDED, 2, World.KEY, SOON),
                        new SplittableRandom())) {
                    client.send(packet(64, 9), 64, false);
                    byte[] address = seen.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                    assertThat(address).hasSize(16).endsWith(host.equals("::1")
                            ? new byte[] {0, 0, 0, 1}
                            : new byte[] {(byte) 0xff, (byte) 0xff, 127, 0, 0, 1});
                }
            }
        }
    }

    @Test
    void whatCameBeforeFinIsForwarded() throws Exception {
        BlockingQueue<SimulatedSession> seen = new LinkedBlockingQueue<>();
        try (World world = World.Plan.ours().service((session, packet) -> seen.add(session)).start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient(world.proxy().address(), Transport.INTERMEDIATE, World.KEY)) {
                    byte[] framed = new byte[4 + 64];
                    framed[0] = 64;
                    framed[4] = 1;
                    client.send(framed);
                    client.finish();
                    SimulatedSession session = seen.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                    assertThat(session).as("the packet before FIN").isNotNull();
                    assertThat(client.closedByProxy(SOON)).isTrue();
                    Await.until("Telegram is told", SOON, session::closed);
                }
            }
        }
    }

    @Test
    void aPingToTheProxyIsAnsweredByIt() throws Exception {
        BlockingQueue<byte[]> seen = new LinkedBlockingQueue<>();
        try (World world = World.Plan.ours().service((session, packet) -> seen.add(packet)).start(directory)) {
            for (Transport transport : Transport.values()) {
                try (ClientConnection client = open(world, transport)) {
                    byte[] ping = new byte[12];
                    Bytes.putInt32(ping, 0, RpcType.PING);
                    Bytes.putInt64(ping, 4, 0x1122334455667788L);
                    client.send(ping, 12, false);
                    Incoming.Packet pong = (Incoming.Packet) client.receive();
                    assertThat(Bytes.int32(pong.b(), pong.off())).isEqualTo(RpcType.PONG);
                    assertThat(Bytes.int64(pong.b(), pong.off() + 4)).isEqualTo(0x1122334455667788L);
                }
            }
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void telegramMayCloseAClient() throws Exception {
        try (World world = World.Plan.ours().service((session, packet) -> {
            session.answer(packet);
            session.closeExt();
            return true;
        }).start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            try (ClientConnection client = open(world, Transport.PADDED)) {
                client.send(packet(64, 5), 64, false);
                assertThat(client.receive()).isInstanceOf(Incoming.Packet.class);
                assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
            }
            world.proxy().awaitStat("closed_telegram_closed", 1);
        }
    }

    @Test
    void whereNothingIsReadyAClientWaitsShortlyAndIsClosedAndTheLogSaysSoOnce() throws Exception {
        World world = World.Plan.ours().start(directory);
        try (world) {
            world.telegram().close();
            world.proxy().awaitStat("ready_outbound_connections", 0);
            for (int i = 0; i < 3; i++) {
                try (ClientConnection client = open(world, Transport.ABRIDGED)) {
                    client.send(packet(64, 5), 64, false);
                    assertThatThrownBy(client::receive).isInstanceOf(IOException.class)
                            .isNotInstanceOf(java.net.SocketTimeoutException.class);
                }
            }
            world.proxy().awaitStat("closed_no_link", 3);
            assertThat(world.proxy().log().lines().filter(l -> l.contains("data centre 2 "))).hasSize(1);
        }
    }

    @Test
    void aPacketThatCameBeforeTheLinksIsServedWhenTheyAreUp() throws Exception {
        World world = World.Plan.ours().start(directory);
        SimulatedTelegram again = null;
        try (world) {
            InetSocketAddress address = world.telegram().address();
            byte[] secret = world.telegram().proxySecret();
            world.telegram().close();
            world.proxy().awaitStat("ready_outbound_connections", 0);
            try (ClientConnection client = open(world, Transport.ABRIDGED)) {
                client.send(packet(64, 5), 64, false);
                again = SimulatedTelegram.start(SimulatedTelegram.Options.defaults().listen(address).proxySecret(secret)
                        .service((session, packet) -> {
                            session.answer(packet);
                            return true;
                        }));
                Incoming.Packet answer = (Incoming.Packet) client.receive();
                assertThat(Bytes.int64(answer.b(), answer.off())).isEqualTo(5);
            }
            assertThat(world.proxy().stats().number("dropped_queries")).isZero();
        } finally {
            if (again != null) {
                again.close();
            }
        }
    }
}
