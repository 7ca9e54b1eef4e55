package io.mtproxy.proxy.front;

import static io.mtproxy.proxy.front.ServerBytes.unhex;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.proxy.front.SiteSighting.Origin;
import io.mtproxy.wire.faketls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FirstRoundTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final SiteResolver LOOPBACK = domain -> HERE;
    private static final String DEFAULT = "Failed to update response data about front.test, "
            + "so default response settings wiil be used";
    private static final Duration PLENTY = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path state;
    private final RecordedLog log = new RecordedLog();

    private FrontSettings settings(int port, Duration limit, String... domains) {
        return new FrontSettings(List.of(domains), port, 20, limit, Duration.ofHours(6), state, new byte[16]);
    }

    private SiteProfiles ask(int port, Duration limit) {
        return SiteProfiles.ask(settings(port, limit, "front.test"), LOOPBACK, OwnSockets.NONE, log);
    }

    private static SiteSighting seen(SiteProfiles profiles) {
        return profiles.current().fallback().sighting();
    }

    private @Nullable SiteSighting kept(String domain) throws IOException {
        return new SightingStore(state).load(domain);
    }

    @Test
    void aSiteIsAskedByTwentyConnectionsAndWhatItShowsIsUsedAndKept() throws Exception {
        try (FakeSite site = FakeSite.with(3000)) {
            SiteProfiles profiles = ask(site.port(), PLENTY);
            assertThat(site.connections()).isEqualTo(20);
            assertThat(seen(profiles).hybrid()).isNotNull().extracting(a -> a.group(), a -> a.serverHelloLength())
                    .containsExactly(Tls.X25519_MLKEM768, 1210);
            assertThat(seen(profiles).classic().group()).isEqualTo(Tls.X25519);
            assertThat(seen(profiles).main().flights()).containsExactly(new Flight(10, List.of(3000)));
            assertThat(profiles.current().fallback().target(443)).isEqualTo(new InetSocketAddress(HERE, site.port()));
            assertThat(log.lines).singleElement().asString().matches("0:Successfully checked domain front.test in "
                    + "[0-9]\\.[0-9]{3} seconds: is_reversed_extension_order = 1, "
                    + "server_hello_encrypted_size = 3000, use_random_encrypted_size = 0");
            assertThat(kept("front.test")).isEqualTo(seen(profiles));
        }
    }

    @Test
    void aSiteThatIsKnownSinceLessThanADayIsNotAsked() throws Exception {
        try (FakeSite site = FakeSite.with(3000)) {
            SiteSighting first = seen(ask(site.port(), PLENTY));
            log.lines.clear();
            assertThat(seen(ask(site.port(), PLENTY))).isEqualTo(first);
            assertThat(site.connections()).isEqualTo(20);
            assertThat(log.lines)
                    .containsExactly("0:Using response data about front.test of 0 minutes ago: group 11ec, "
                            + "cipher suite 1301, extensions 43, 51, encrypted first flight of 3000 bytes");
        }
    }

    private void keep(long ageSeconds) throws IOException {
        SiteSighting drawn = Sightings.drawn("front.test", 77, 0);
        new SightingStore(state).save(new SiteSighting("front.test", Origin.PROBED, SiteRound.now() - ageSeconds, 0,
                drawn.hybrid(), drawn.classic()));
    }

    @Test
    void aSiteThatIsKnownForLongerIsAskedAndWhileItIsDownWhatIsKnownIsUsed() throws Exception {
        keep(90_000);
        try (FakeSite site = FakeSite.with(3000)) {
            assertThat(seen(ask(site.port(), PLENTY)).main().flights().getFirst().oneRecord()).isEqualTo(3000);
            assertThat(site.connections()).isEqualTo(20);
        }
        keep(90_000);
        log.lines.clear();
        assertThat(seen(ask(closedPort(), PLENTY)).main().flights().getFirst().oneRecord()).isEqualTo(2577);
        assertThat(log.lines).satisfiesExactly(
                line -> assertThat(line)
                        .isEqualTo("Failed to write request for checking domain front.test: Connection refused"),
                line -> assertThat(line).startsWith("0:Using response data about front.test of 1500 minutes ago: "));
    }

    @Test
    void aSightingOfTheFutureIsNotFresh() throws Exception {
        keep(-1000);
        try (FakeSite site = FakeSite.with(3000)) {
            ask(site.port(), PLENTY);
            assertThat(site.connections()).isEqualTo(20);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            return free.getLocalPort();
        }
    }

    static Stream<Arguments> failures() {
        String noHeader = "Failed to read response header for checking domain front.test: ";
        return Stream.of(
                Arguments.of("closes", script((hello, socket) -> socket.close()), noHeader
                        + "Read less bytes than expected"),
                Arguments.of("resets", script((hello, socket) -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }), noHeader + "Connection reset by peer"),
                Arguments.of("closes in the middle", script((hello, socket) -> {
                    socket.getOutputStream().write(unhex("16030300"));
                    socket.close();
                }), "Failed to read response from front.test: Read less bytes than expected"),
                Arguments.of("resets in the middle", script((hello, socket) -> {
                    socket.getOutputStream().write(ServerBytes.hello(ServerBytes.sessionId(hello), 0x1301,
                            ServerBytes.VERSIONS, ServerBytes.share(Tls.X25519)));
                    socket.setSoLinger(true, 0);
                    socket.close();
                }), null),
                Arguments.of("speaks HTTP", script((hello, socket) -> socket.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))),
                        "Non-TLS response, or TLS <= 1.1, or unsuccessful request to front.test: "
                                + "receive \\x48\\x54\\x54\\x50\\x2f..."),
                Arguments.of("sends an alert", script((hello, socket) -> socket.getOutputStream()
                        .write(unhex("15030300020228"))),
                        "Non-TLS response, or TLS <= 1.1, or unsuccessful request to front.test: "
                                + "receive \\x15\\x03\\x03\\x00\\x02..."),
                Arguments.of("speaks TLS 1.2", script((hello, socket) -> socket.getOutputStream()
                        .write(ServerBytes.hello(ServerBytes.sessionId(hello), 0xc02f, "00170000"))),
                        "Not found TLS 1.3 support on domain front.test"),
                Arguments.of("wants another group", script((hello, socket) -> socket.getOutputStream()
                        .write(ServerBytes.hello(ServerBytes.RETRY, ServerBytes.sessionId(hello), 0x1301,
                                ServerBytes.VERSIONS, "003300020017"))),
                        "Failed to parse upstream TLS response: TLS 1.3 servers returning HelloRetryRequest are not "
                                + "supprted"));
    }

    private interface Answer {
        void give(byte[] hello, Socket socket) throws IOException;
    }

    private static FakeSite.Script script(Answer answer) {
        return (hello, connection, socket) -> answer.give(hello, socket);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void aSiteThatCannotBeAskedCostsTwoLinesInTheWordsOfC(String name, FakeSite.Script script, @Nullable String line)
            throws Exception {
        try (FakeSite site = FakeSite.start(script)) {
            SiteProfiles profiles = ask(site.port(), PLENTY);
            assertThat(seen(profiles).origin()).isEqualTo(Origin.DRAWN);
            assertThat(profiles.current().fallback().target(443)).isNotNull();
            assertThat(log.lines).hasSize(2).last().isEqualTo(DEFAULT);
            if (line != null) {
                assertThat(log.lines).first().isEqualTo(line);
            }
        }
    }

    @Test
    void aClosedPortIsToldAsInC() throws Exception {
        ask(closedPort(), PLENTY);
        assertThat(log.lines).containsExactly(
                "Failed to write request for checking domain front.test: Connection refused", DEFAULT);
    }

    @Test
    void aSilentSiteIsGivenUpInTime() throws Exception {
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> {})) {
            long begun = System.nanoTime();
            ask(site.port(), SHORT);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT, PLENTY);
            assertThat(log.lines).containsExactly("Failed to check domain front.test in 5 seconds", DEFAULT);
        }
    }

    @Test
    void aSiteThatIsTooSlowForUsIsPassedOnToNevertheless() {
        SiteRound round = new SiteRound(settings(443, PLENTY, "front.test"), LOOPBACK, OwnSockets.NONE,
                new SecureRandom());
        assertThat(round.late("front.test", HERE, log).target(443)).isEqualTo(new InetSocketAddress(HERE, 443));
        assertThat(round.late("front.test", null, log).target(443)).isNull();
        assertThat(log.lines).containsExactly("Failed to check domain front.test in 5 seconds", DEFAULT,
                "Failed to resolve host front.test", DEFAULT);
    }

    @Test
    void silentSitesAreWaitedForTogether() throws Exception {
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> {})) {
            FrontSettings four = settings(site.port(), Duration.ofSeconds(2), "a.test", "b.test", "c.test", "d.test");
            long begun = System.nanoTime();
            SiteProfiles profiles = SiteProfiles.ask(four, LOOPBACK, OwnSockets.NONE, log);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("one after the other: 8 s")
                    .isLessThan(Duration.ofSeconds(6));
            assertThat(profiles.current().all()).extracting(Site::domain)
                    .containsExactly("a.test", "b.test", "c.test", "d.test");
            assertThat(log.lines).filteredOn(line -> line.endsWith("in 5 seconds")).extracting(line -> line.charAt(23))
                    .containsExactly('a', 'b', 'c', 'd');
        }
    }

    @Test
    void aNameWithoutAnAddressIsToldAsInC() throws Exception {
        SiteProfiles profiles = SiteProfiles.ask(settings(443, PLENTY, "front.test"), domain -> null, OwnSockets.NONE,
                log);
        assertThat(log.lines).containsExactly("Failed to resolve host front.test", DEFAULT);
        assertThat(profiles.current().fallback().target(443)).isNull();
    }

    @Test
    void aNameServerThatDoesNotAnswerIsNotWaitedForAnyLonger() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        SiteProfiles profiles = SiteProfiles.ask(settings(443, SHORT, "front.test"), domain -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }, OwnSockets.NONE, log);
        assertThat(seen(profiles).probed()).isFalse();
        assertThat(log.lines).containsExactly("Failed to resolve host front.test", DEFAULT);
    }

    @Test
    void whatIsDrawnStaysWithTheInstallation() throws Exception {
        SiteSighting first = seen(ask(closedPort(), PLENTY));
        FrontSettings otherKey = new FrontSettings(List.of("front.test"), closedPort(), 20, PLENTY, PLENTY, state,
                new byte[] {9});
        assertThat(seen(SiteProfiles.ask(otherKey, LOOPBACK, OwnSockets.NONE, log))).isEqualTo(first);
    }

    @Test
    void withoutAFolderItIsDrawnByTheKeyAndTheDomain() throws Exception {
        assertThat(drawn(1, "a.test")).isEqualTo(drawn(1, "a.test")).isBetween(2500, 3619);
        assertThat(Stream.of(drawn(1, "a.test"), drawn(2, "a.test"), drawn(1, "b.test"), drawn(3, "a.test")).distinct())
                .hasSizeGreaterThan(1);
    }

    private int drawn(int key, String domain) throws IOException {
        FrontSettings settings = new FrontSettings(List.of(domain), closedPort(), 20, PLENTY, PLENTY, null,
                ByteBuffer.allocate(16).putInt(key).array());
        return seen(SiteProfiles.ask(settings, LOOPBACK, OwnSockets.NONE, log)).main().flights().getFirst().oneRecord();
    }

    @Test
    void aNameThatOnlyThisMachineKnowsIsAskedEveryTime() throws Exception {
        try (FakeSite site = FakeSite.with(3000)) {
            FrontSettings local = settings(site.port(), PLENTY, "localhost");
            SiteProfiles.ask(local, LOOPBACK, OwnSockets.NONE, log);
            SiteProfiles.ask(local, LOOPBACK, OwnSockets.NONE, log);
            assertThat(site.connections()).isEqualTo(40);
            assertThat(kept("localhost")).isNull();
        }
        log.lines.clear();
        assertThat(seen(SiteProfiles.ask(settings(closedPort(), PLENTY, "localhost"), LOOPBACK, OwnSockets.NONE, log))
                .probed()).isFalse();
        assertThat(log.lines).last().asString().startsWith("Failed to update response data about localhost");
        assertThat(kept("localhost")).isNotNull();
    }

    @Test
    void someLostConnectionsDoNotMatter() throws Exception {
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> {
            if (connection % 4 == 0) {
                socket.close();
            } else {
                socket.getOutputStream().write(ServerBytes.flightFor(hello, 3000));
            }
        })) {
            assertThat(seen(ask(site.port(), PLENTY)).probed()).isTrue();
            assertThat(log.lines.getFirst()).isEqualTo("1:not all connections to front.test were answered: "
                    + "Failed to read response header for checking domain front.test: Read less bytes than expected");
        }
    }

    @Test
    void aSiteThatFailsAtLargeHellosIsStillAModelForOthers() throws Exception {
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> {
            if (hello.length > 1400) {
                socket.close();
            } else {
                socket.getOutputStream().write(ServerBytes.flightFor(hello, 3000));
            }
        })) {
            SiteSighting seen = seen(ask(site.port(), PLENTY));
            assertThat(seen.probed()).isTrue();
            assertThat(seen.hybrid()).isNull();
            assertThat(log.lines).last().asString().contains("does not answer hellos of today's size");
        }
    }

    @Test
    void aFlightInPiecesIsWaitedForToItsEnd() throws Exception {
        try (FakeSite site = FakeSite.start((hello, connection, socket) -> {
            byte[] flight = ServerBytes.flightFor(hello, 42, 900, 281, 69);
            socket.setTcpNoDelay(true);
            for (int at = 0; at < flight.length; at += 97) {
                socket.getOutputStream().write(flight, at, Math.min(97, flight.length - at));
                Thread.onSpinWait();
            }
        })) {
            assertThat(seen(ask(site.port(), PLENTY)).main().flights())
                    .containsExactly(new Flight(10, List.of(42, 900, 281, 69)));
            assertThat(log.lines).anySatisfy(line -> assertThat(line).contains("will not be fully emulated"))
                    .anySatisfy(line -> assertThat(line).contains("[42, 900, 281, 69]", "ours has 1307"));
        }
    }

    @Test
    void whatSomebodyElseWroteIntoTheFolderIsToldAndIgnored() throws Exception {
        Files.writeString(new SightingStore(state).file("front.test"), "mtproxy-site 1\nrm -rf /\n");
        try (FakeSite site = FakeSite.with(3000)) {
            assertThat(seen(ask(site.port(), PLENTY)).probed()).isTrue();
            assertThat(log.lines.getFirst()).startsWith("0:cannot use what is kept about front.test: ")
                    .endsWith("line 2 is 'rm -rf /', expected 'domain front.test'");
            assertThat(kept("front.test")).isNotNull();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenCostsALine() throws Exception {
        Path gone = state.resolve("gone");
        FrontSettings settings = new FrontSettings(List.of("front.test"), closedPort(), 20, PLENTY, PLENTY, gone,
                new byte[16]);
        SiteProfiles.ask(settings, LOOPBACK, OwnSockets.NONE, log);
        assertThat(log.lines).hasSize(3).last().asString().startsWith("0:cannot keep what was seen of front.test: ");
    }
}
