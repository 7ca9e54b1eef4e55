package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.KeyExchangeProbe;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.tools.sim.SimulatedDataCentre.Named;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Direct mode: a connection of its own to a data centre for each client, without middle proxies. */
class DirectIT {
    private static final int STREAMING = 12;
    private static final long STREAM_BYTES = 64 << 20;
    private static final int ASKING = 88;
    private static final int REQUESTS = 30;
    private static final int SHORT_CLIENTS = 40;
    private static final Integer[] EVERY_DC = LoadTarget.ALL_DCS.toArray(Integer[]::new);
    /** More than all buffers on the way hold: those of the system, four times some MiB, and ours. */
    private static final int MUCH = 96 << 20;
    /** What the proxy may keep of one connection. */
    private static final long OURS = 4 << 20;
    /** The bounded wait is 3 s. */
    private static final Duration CLOSED = Duration.ofSeconds(5);
    /** Served without any wait for something that does not come. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private static void assertServed(LoadTarget target, int clients) throws InterruptedException {
        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.echo(5, 16, 5000), clients)).await();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
        assertThat(report.handshakes()).isEqualTo(clients);
    }

    private static Duration timeToServe(LoadTarget target) throws IOException {
        long start = System.nanoTime();
        try (LoadExchange client = new LoadExchange(target.client(0), new SplittableRandom())) {
            client.echo(100, false);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void assertClosedSoon(LoadTarget target) throws IOException {
        long start = System.nanoTime();
        try (LoadExchange client = new LoadExchange(target.client(0), new SplittableRandom())) {
            assertThatThrownBy(() -> client.echo(100, false)).isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CLOSED);
    }

    private static byte[] packet(int length, long mark) {
        byte[] packet = new byte[length];
        Bytes.putInt64(packet, 0, mark);
        return packet;
    }

    /** Lets a number settle: it has not changed for a second. */
    private static void awaitStandstill(String what, java.util.function.LongSupplier number) {
        long[] seen = {-1, System.nanoTime()};
        Await.until(what + " stands still", Harness.SOON, () -> {
            long now = number.getAsLong();
            if (now != seen[0]) {
                seen[0] = now;
                seen[1] = System.nanoTime();
            }
            return System.nanoTime() - seen[1] > Duration.ofSeconds(1).toNanos();
        });
    }

    // ---- what goes through

    @Test
    void aHundredClientsOfWhichTwelveStreamBothWays() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(1, 2, 3, 4, 5).start(directory)) {
            LoadTarget target = world.target(EVERY_DC);
            assertServed(target, 30);
            world.awaitRest(Long.MAX_VALUE);
            long descriptors = world.proxy().descriptors();

            LoadReport report = new LoadRun()
                    .add(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, STREAM_BYTES), STREAMING))
                    .add(new LoadPlan(target, LoadWork.echo(REQUESTS, 0, 40_000), ASKING)).await();

            assertThat(report.rows()).extracting(LoadReport.Row::transport).containsExactly(Transport.values());
            assertThat(report.rows()).allSatisfy(row -> {
                assertThat(row.failures()).isEmpty();
                assertThat(row.bytesUp()).isGreaterThan(STREAMING / 3 * STREAM_BYTES);
                assertThat(row.bytesDown()).isGreaterThan(STREAMING / 3 * STREAM_BYTES);
                assertThat(row.quickAcks()).isGreaterThan(ASKING / 3 * REQUESTS / 5);
            });
            assertThat(report.handshakes()).isEqualTo(STREAMING + ASKING);
            for (int dc = 1; dc <= 5; dc++) {
                SimulatedDataCentre centre = world.centre(dc - 1);
                assertThat(centre.named().keySet()).extracting(Named::dc).containsOnly(dc, -dc);
                assertThat(centre.named().keySet()).extracting(Named::transport).containsOnly(Transport.values());
                assertThat(centre.statistics().headersRefused()).isZero();
            }
            world.awaitRest(descriptors);
            world.stopInPeace();
        }
    }

    @Test
    void clientsThatHideInTls() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (RealSite site = RealSite.nginx(directory);
                DirectWorld world = DirectWorld.Plan.of(1, 2, 3, 4, 5)
                        .start(directory, options -> options.behind(RealSite.DOMAIN, site.address().getPort()))) {
            LoadTarget target = world.target(EVERY_DC).transports(List.of(Transport.PADDED))
                    .tls(List.of(FakeTls.of(RealSite.DOMAIN),
                            FakeTls.of(RealSite.DOMAIN).hello(HelloKind.CLASSIC).segments(5)));

            LoadReport report = new LoadRun()
                    .add(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, 8_000_000), 4))
                    .add(new LoadPlan(target, LoadWork.echo(REQUESTS, 0, 40_000), 20)).await();

            assertThat(report.rows()).singleElement().satisfies(row -> assertThat(row.failures()).isEmpty());
            assertThat(report.handshakes()).isEqualTo(24);
            assertThat(world.centre(0).named().keySet()).containsExactlyInAnyOrder(new Named(1, Transport.PADDED),
                    new Named(-1, Transport.PADDED));
            world.stopInPeace();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyExchangeBegins(Transport transport) throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC).start(directory)) {
            long fingerprint = KeyExchangeProbe
                    .ask(world.target(DirectWorld.DC).transports(List.of(transport)).client(0));

            assertThat(fingerprint).isEqualTo(world.centre().rsaFingerprint());
            assertThat(world.centre().named()).containsOnlyKeys(new Named(DirectWorld.DC, transport));
        }
    }

    @Test
    void workersServe() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(1, 2, 3, 4, 5).arguments("-M", "2").start(directory)) {
            Family family = Family.of(world.proxy(), 2);
            for (int still = 1; still <= 2; still++) {
                Family.stop(family.worker(still));
                assertServed(world.target(EVERY_DC), 12);
                Family.signal("CONT", family.worker(still));
            }
            LoadReport report = LoadRun.start(new LoadPlan(world.target(EVERY_DC),
                    LoadWork.streams(LoadMode.BOTH, 3_000_000), 12)).await();
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            world.stopInPeace();
        }
    }

    // ---- which data centre

    @Test
    void everyIdGetsToItsAddress() throws Exception {
        Integer[] ids = {1, 2, 3, 4, 5, 203, 10_001, 10_002, 10_003, -4, -10_002};
        try (DirectWorld world = DirectWorld.Plan.of(ids).start(directory)) {
            for (int i = 0; i < ids.length; i++) {
                assertThat(timeToServe(world.target(ids[i]))).as("data centre %s", ids[i]).isNotNull();
                assertThat(world.centre(i).named()).containsOnlyKeys(new Named(ids[i], Transport.ABRIDGED));
            }
            // negative ids without an override of their own use that of the positive one
            for (int i : new int[] {0, 1, 2, 4, 5, 6, 8}) {
                timeToServe(world.target(-ids[i]));
                assertThat(world.centre(i).named().keySet()).extracting(Named::dc).containsExactlyInAnyOrder(ids[i],
                        -ids[i]);
            }
            long before = world.centre(1).statistics().connectionsTotal();
            timeToServe(world.target(0));
            assertThat(world.centre(1).statistics().connectionsTotal()).as("0 is taken for 2").isEqualTo(before + 1);
            world.stopInPeace();
        }
    }

    @Test
    void clientsOfUnknownDataCentresAreClosedAndTheLogSaysSoOnce() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC).start(directory)) {
            for (int i = 0; i < 3; i++) {
                assertClosedSoon(world.target(77));
            }
            world.proxy().awaitStat("closed_unknown_centre", 3);
            assertThat(world.stat("direct_unknown_centres")).isEqualTo(3);
            assertThat(world.lines("data centre 77")).hasSize(1);
            assertServed(world.target(DirectWorld.DC), 3);
            assertThat(world.centre().named().keySet()).extracting(Named::dc).containsOnly(DirectWorld.DC);
            world.stopInPeace();
        }
    }

    // ---- ends of connections

    @ParameterizedTest
    @EnumSource
    void whatCameBeforeTheClientsFinIsDelivered(Transport transport) throws Exception {
        BlockingQueue<byte[]> seen = new LinkedBlockingQueue<>();
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC).service((session, packet) -> seen.add(packet))
                .start(directory)) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient(world.proxy().address(), transport, World.KEY)) {
                    byte[] framed = new byte[transport == Transport.ABRIDGED ? 1 + 64 : 4 + 64];
                    framed[0] = (byte) (transport == Transport.ABRIDGED ? 16 : 64);
                    framed[framed.length - 1] = (byte) i;
                    client.send(framed);
                    client.finish();
                    byte[] packet = seen.poll(Harness.SOON.toSeconds(), TimeUnit.SECONDS);
                    assertThat(packet).as("the packet before FIN").isNotNull();
                    assertThat(packet[63]).isEqualTo((byte) i);
                    assertThat(client.closedByProxy(Harness.SOON)).isTrue();
                }
            }
            Await.until("the data centre knows of no client", Harness.SOON,
                    () -> world.centre().statistics().connectionsNow() == 0);
            world.stopInPeace();
        }
    }

    @ParameterizedTest
    @EnumSource
    void telegramClosesAndAllThatCameBeforeIsDelivered(Transport transport) throws Exception {
        int packets = 200;
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC)
                .service(new Bulk(session -> session.closeExt())).start(directory)) {
            try (ClientConnection client = world.client(transport, DirectWorld.DC)) {
                Bulk.ask(client, packets);
                // it reads late, so that most of it waits somewhere when the end comes
                awaitStandstill("what the data centre sends", () -> world.centre().statistics().bytesOut());
                Bulk.readAll(client, packets);
                assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
            }
            world.proxy().awaitStat("closed_telegram_closed", 1);
            Await.until("the data centre knows of no client", Harness.SOON,
                    () -> world.centre().statistics().connectionsNow() == 0);
            world.stopInPeace();
        }
    }

    @Test
    void telegramResetsAndTheClientIsClosed() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(1, DirectWorld.DC).start(directory);
                LoadExchange other = new LoadExchange(world.target(1).client(0), new SplittableRandom());
                LoadExchange client = new LoadExchange(world.target(DirectWorld.DC).client(0),
                        new SplittableRandom())) {
            other.echo(100, false);
            client.echo(100, false);

            world.centre(1).reset();

            assertThatThrownBy(() -> client.echo(100, false)).isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
            other.echo(100, false);
            world.proxy().awaitStat("closed_link_lost", 1);
            world.stopInPeace();
        }
    }

    // ---- who is slow

    @Test
    void aSlowClientStallsItsOwnConnectionOnly() throws Exception {
        int packets = MUCH / Bulk.PACKET;
        try (DirectWorld world = DirectWorld.Plan.of(1, DirectWorld.DC).service(new Bulk()).start(directory);
                ClientConnection slow = world.client(Transport.INTERMEDIATE, DirectWorld.DC)) {
            Bulk.ask(slow, packets);
            awaitStandstill("what the data centre sends", () -> world.centre(1).statistics().bytesOut());
            assertThat(world.centre(1).statistics().bytesOut()).isLessThan(MUCH / 2);
            assertThat(world.stat("total_used_buffers_size")).as("bytes that we keep").isLessThan(OURS);

            for (int dc : new int[] {1, DirectWorld.DC}) {
                try (ClientConnection other = world.client(Transport.PADDED, dc)) {
                    Bulk.ask(other, packets);
                    Bulk.readAll(other, packets);
                }
            }
            assertThat(world.stat("total_used_buffers_size")).isLessThan(OURS);
            Bulk.readAll(slow, packets);
            world.stopInPeace();
        }
    }

    @Test
    void aSlowDataCentreStallsItsClientsOnly() throws Exception {
        Bulk bulk = new Bulk();
        int packets = MUCH / Bulk.PACKET;
        AtomicInteger sent = new AtomicInteger();
        try (DirectWorld world = DirectWorld.Plan.of(1, DirectWorld.DC).service(bulk).start(directory);
                ClientConnection client = world.client(Transport.INTERMEDIATE, DirectWorld.DC)) {
            world.centre(1).stall();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < packets; i++) {
                        client.send(packet(Bulk.PACKET, 1), Bulk.PACKET, false);
                        sent.incrementAndGet();
                    }
                } catch (IOException e) {
                    return; // the count tells
                }
            });
            awaitStandstill("what the client sends", sent::get);
            assertThat(sent.get()).isLessThan(packets / 2);
            assertThat(world.stat("total_used_buffers_size")).as("bytes that we keep").isLessThan(OURS);
            try (ClientConnection other = world.client(Transport.PADDED, 1)) {
                Bulk.ask(other, packets);
                Bulk.readAll(other, packets);
            }

            world.centre(1).goOn();
            sender.join();
            Await.until("all has arrived", Harness.SOON, () -> bulk.received() == packets);
            world.stopInPeace();
        }
    }

    // ---- what cannot be reached

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereNothingCanBeReachedClientsAreClosedSoonAndServedAtOnceAfterTheReturn(boolean hangs) throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(1, DirectWorld.DC, DirectWorld.DC).start(directory)) {
            for (int i = 1; i <= 2; i++) {
                if (hangs) {
                    world.centre(i).hang();
                } else {
                    world.centre(i).refuse();
                }
            }
            for (int i = 0; i < 3; i++) {
                assertClosedSoon(world.target(DirectWorld.DC));
            }
            world.proxy().awaitStat("closed_no_link", 3);
            assertThat(world.lines("data centre " + DirectWorld.DC)).singleElement().asString()
                    .contains("is not to be reached", hangs ? "no answer within" : "refused", "127.0.0.1:");
            assertServed(world.target(1), 3);

            world.centre(1).welcome();
            world.centre(2).welcome();
            assertThat(timeToServe(world.target(DirectWorld.DC))).as("first client after the return")
                    .isLessThan(AT_ONCE);
            assertThat(world.lines("data centre " + DirectWorld.DC)).hasSize(2)
                    .last().asString().endsWith("is served again");
            world.stopInPeace();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSecondAddressIsUsedWhereTheFirstFailsAndTheFirstIsThenAvoided(boolean hangs) throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC, DirectWorld.DC).start(directory)) {
            if (hangs) {
                world.centre(0).hang();
            } else {
                world.centre(0).refuse();
            }
            assertThat(timeToServe(world.target(DirectWorld.DC))).isLessThan(AT_ONCE);
            assertThat(world.stat("direct_dials")).isEqualTo(2);
            assertThat(world.stat("direct_dial_errors")).isEqualTo(1);

            for (int i = 0; i < SHORT_CLIENTS; i++) {
                timeToServe(world.target(DirectWorld.DC));
            }
            assertThat(world.centre(0).statistics().connectionsTotal()).isZero();
            assertThat(world.centre(1).statistics().connectionsTotal()).isEqualTo(1 + SHORT_CLIENTS);
            // it is tried again after a second, two, four ...
            assertThat(world.stat("direct_dial_errors")).as("attempts at the one that fails")
                    .isLessThan(SHORT_CLIENTS / 2);
            assertThat(world.lines("data centre " + DirectWorld.DC)).as("without -v nobody is told of addresses")
                    .isEmpty();
            world.stopInPeace();
        }
    }

    @Test
    void whatHasNoEffectOnDirectConnectionsIsWarnedAbout() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC)
                .arguments("-P", "00112233445566778899aabbccddeeff", "--max-dh-accept-rate", "5").start(directory)) {
            assertThat(world.lines("warning: ")).hasSize(2).anyMatch(line -> line.contains("the proxy tag (-P)"))
                    .anyMatch(line -> line.contains("--max-dh-accept-rate has no effect"));
            assertThat(world.proxy().stats().values()).containsEntry("telegram_route", "direct");
            assertServed(world.target(DirectWorld.DC), 3);
            world.stopInPeace();
        }
    }

    @Test
    void aClientThatLeavesWhileItIsConnectedLeavesNothing() throws Exception {
        try (DirectWorld world = DirectWorld.Plan.of(1, DirectWorld.DC).start(directory)) {
            assertServed(world.target(1), 6);
            world.awaitRest(Long.MAX_VALUE);
            long descriptors = world.proxy().descriptors();
            world.centre(1).hang();
            for (int i = 0; i < 20; i++) {
                try (ClientConnection client = world.client(Transport.PADDED, DirectWorld.DC)) {
                    client.send(packet(64, 1), 64, false);
                }
            }
            world.awaitRest(descriptors);
            world.stopInPeace();
        }
    }

    /** Idle on both sides: nothing is asked of it for a while, and it is still there. */
    @Test
    void anAnswerMayComeAtAnyTime() throws Exception {
        BlockingQueue<io.mtproxy.tools.sim.SimulatedSession> seen = new LinkedBlockingQueue<>();
        try (DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC).service((session, packet) -> seen.add(session))
                .start(directory); ClientConnection client = world.client(Transport.PADDED, DirectWorld.DC)) {
            client.send(packet(64, 1), 64, false);
            var session = seen.poll(Harness.SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(session).isNotNull();
            for (int i = 1; i <= 3; i++) {
                session.answer(packet(8 * i, 7));
                assertThat(((Incoming.Packet) client.receive()).length()).isEqualTo(8 * i);
            }
        }
    }
}
