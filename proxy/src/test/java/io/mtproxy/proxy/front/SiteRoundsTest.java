package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Time passes only when the test lets it. */
@Timeout(60)
class SiteRoundsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final long LONGEST_GAP = 30_000;

    @TempDir
    private Path state;
    private final RecordedLog log = new RecordedLog();
    private final SynchronousQueue<Long> pauses = new SynchronousQueue<>();
    private final RandomGenerator jitter = RandomGenerator.of("L64X128MixRandom");
    private final SiteBoard board = new SiteBoard(ByteBuffer.allocateDirect((int) SiteBoard.bytes(1)));
    private SiteRounds rounds;

    private SiteProfiles begin(int port, OwnSockets own) {
        FrontSettings settings = new FrontSettings(List.of("front.test"), port, 4, Duration.ofSeconds(20),
                Duration.ofHours(6), state, new byte[16]);
        SiteProfiles profiles = SiteProfiles.ask(settings, domain -> HERE, own, log);
        profiles.tell(board);
        log.lines.clear();
        rounds = profiles.rounds(log, jitter, pauses::put).begin();
        return profiles;
    }

    @AfterEach
    void close() {
        rounds.close();
    }

    /** Lets a whole round pass; returns the pause before it and those between its connections. */
    private List<Long> round(int connections) throws InterruptedException {
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i <= connections; i++) {
            taken.add(pauses.take());
        }
        return taken;
    }

    /** The rounds are over when they want to pause again. */
    private long nextPause() throws InterruptedException {
        Long pause = pauses.poll(50, TimeUnit.SECONDS);
        assertThat(pause).isNotNull();
        return pause;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            return free.getLocalPort();
        }
    }

    @Test
    void aSiteIsAskedAgainOneConnectionAtATime() throws Exception {
        try (FakeSite site = FakeSite.with(3000)) {
            SiteProfiles profiles = begin(site.port(), OwnSockets.NONE);
            Sites before = profiles.current();
            List<Long> first = round(4);
            assertThat(first.getFirst()).isBetween(4 * 3_600_000L, 8 * 3_600_000L);
            assertThat(first.subList(1, 5)).allSatisfy(gap -> assertThat(gap).isBetween(1000L, LONGEST_GAP));
            long second = nextPause();
            assertThat(second).isNotEqualTo(first.getFirst()).isBetween(4 * 3_600_000L, 8 * 3_600_000L);
            assertThat(site.connections()).isEqualTo(8);
            assertThat(profiles.current()).isNotSameAs(before);
            assertThat(log.lines).singleElement().asString().startsWith("1:checked domain front.test again: ");
        }
    }

    @Test
    void aSiteThatWasNeverSeenIsAskedSoonAndTakenOverWithAllWhoListen() throws Exception {
        int port = closedPort();
        SiteProfiles profiles = begin(port, OwnSockets.NONE);
        long version = board.version();
        List<Long> pausesBeforeRounds = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pausesBeforeRounds.add(round(3).getFirst());
        }
        assertThat(pausesBeforeRounds.get(0)).isBetween(45_000L, 75_000L);
        assertThat(pausesBeforeRounds.get(1)).isBetween(90_000L, 150_000L);
        assertThat(pausesBeforeRounds.get(2)).isBetween(180_000L, 300_000L);
        long last = nextPause();
        assertThat(last).isBetween(360_000L, 600_000L);
        assertThat(log.lines).containsExactly("0:Failed to write request for checking domain front.test: "
                + "Connection refused; what is known about front.test stays in use");
        assertThat(profiles.current().fallback().probed()).isFalse();
        assertThat(board.version()).isGreaterThan(version);
    }

    @Test
    void aChangedSiteIsToldAndSwappedAndKept() throws Exception {
        int[][] records = {{3000}, {42, 2000, 69}};
        int[] now = {0};
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> socket.getOutputStream()
                .write(ServerBytes.flightFor(hello, records[now[0]])))) {
            SiteProfiles profiles = begin(site.port(), OwnSockets.NONE);
            now[0] = 1;
            round(4);
            nextPause();
            SiteSighting seen = profiles.current().fallback().sighting();
            assertThat(seen.main().flights().getFirst().records()).containsExactly(42, 2000, 69);
            assertThat(new SightingStore(state).load("front.test")).isEqualTo(seen);
            assertThat(board.read()).isEqualTo(profiles.text()).contains("records=42,2000,69");
            assertThat(log.lines).first().asString().startsWith("0:checked domain front.test again: ");
            assertThat(log.lines).anySatisfy(line -> assertThat(line).contains("[42, 2000, 69]"));
        }
    }

    @Test
    void aTroubleIsToldOnceAndItsEndToo() throws Exception {
        boolean[] down = {false};
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> {
            if (down[0]) {
                socket.close();
            } else {
                socket.getOutputStream().write(ServerBytes.flightFor(hello, 3000));
            }
        })) {
            SiteProfiles profiles = begin(site.port(), OwnSockets.NONE);
            down[0] = true;
            round(3);
            round(3);
            Long pause = nextPause();
            assertThat(pause).isNotNull();
            assertThat(log.lines).singleElement().asString().startsWith("0:Failed to read response header");
            assertThat(profiles.current().fallback().probed()).isTrue();
            down[0] = false;
            for (int i = 0; i < 4; i++) {
                pauses.take();
            }
            nextPause();
            assertThat(log.lines).hasSize(2).last().asString().startsWith("0:checked domain front.test again: ");
        }
    }

    @Test
    void nobodyAsksHimself() throws Exception {
        try (FakeSite site = FakeSite.with(3000)) {
            SiteProfiles profiles = begin(site.port(), new OwnSockets(Set.of(site.port()), null, List.of()));
            int before = site.connections();
            assertThat(profiles.current().fallback().target(443)).isNull();
            pauses.take();
            nextPause();
            assertThat(site.connections()).isEqualTo(before);
            assertThat(log.lines).singleElement().asString()
                    .startsWith("0:front.test is at 127.0.0.1, which is this proxy itself");
        }
    }
}
