package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.probe.FingerprintReport;
import io.mtproxy.tools.probe.ProbeReport;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.FakeTlsStreams;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that hide in TLS, and those who try to find them, against the started daemon in front of nginx. */
class FakeTlsIT {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 12;

    @TempDir
    private static Path directory;
    private static Hidden hidden;

    @BeforeAll
    static void start() throws Exception {
        hidden = Hidden.start(RealSite.nginx(directory), directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (hidden != null) {
            assertThat(hidden.world().proxy().log()).doesNotContain("Exception", "\tat ");
            assertThat(hidden.world().proxy().stop()).as("exit code after SIGTERM").isZero();
            hidden.close();
        }
    }

    private static void assertServed(LoadTarget target, long bytes) throws InterruptedException {
        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, bytes), CLIENTS))
                .await();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
        assertThat(report.handshakes()).isEqualTo(CLIENTS);
    }

    private static void assertLikeTheSite(ProbeReport report) {
        assertThat(report.different()).as(Hidden.differences(report)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CLASSIC, 1, true", "CLASSIC, 20, true", "MODERN, 1, true", "MODERN, 20, true", "CLASSIC, 1, false",
            "MODERN, 20, false"})
    void hellosOfEveryKindAreServed(HelloKind kind, int segments, boolean sni) throws Exception {
        assertServed(hidden.target(FakeTls.of(sni ? RealSite.DOMAIN : null).hello(kind).segments(segments)), 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({"1, 20000", "63, 300000", "65, 300000", "16384, 10000000"})
    void recordsOfEverySizeAreTaken(int maxRecord, long bytes) throws Exception {
        assertServed(hidden.target(FakeTls.of(RealSite.DOMAIN).maxRecord(maxRecord)), bytes);
    }

    @Test
    void requestsOfAllSizes() throws Exception {
        LoadReport report = LoadRun.start(new LoadPlan(hidden.target(FakeTls.of(RealSite.DOMAIN)),
                LoadWork.echo(60, 0, 60_000), 20)).await();

        assertThat(report.rows()).singleElement().satisfies(row -> {
            assertThat(row.failures()).isEmpty();
            assertThat(row.quickAcks()).isEqualTo(20 * 15);
        });
    }

    /** C: only padded framing is served inside TLS; the others get to hear what the site says. */
    @ParameterizedTest
    @EnumSource(value = Transport.class, names = {"ABRIDGED", "INTERMEDIATE"})
    void otherFramingsGetToTheSite(Transport transport) throws Exception {
        assertThat(answer((socket, streams) -> streams.out().write(Arrays.copyOf(plainHeader(transport), 200))))
                .contains("HTTP/1.1 400 Bad Request");
    }

    /** What a client does behind the handshake. */
    private interface Words {
        void say(Socket socket, FakeTlsStreams streams) throws IOException;
    }

    /** All that the proxy says to it until it closes. */
    private static String answer(Words words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(hidden.world().proxy().address());
            socket.setSoTimeout((int) Harness.SOON.toMillis());
            words.say(socket, FakeTlsStreams.shake(FakeTls.of(RealSite.DOMAIN), World.KEY, socket.getInputStream(),
                    socket.getOutputStream()));
            return raw(socket);
        }
    }

    /** One whose first byte nginx does not take for that of a hello. */
    private static byte[] plainHeader(Transport transport) {
        byte[] header;
        do {
            header = ObfuscatedHeader.create(transport, 2, World.KEY, new SplittableRandom()).bytes();
        } while (header[0] < ' ');
        return header;
    }

    private static String raw(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] b = new byte[4096];
        try {
            for (int read = socket.getInputStream().read(b); read >= 0; read = socket.getInputStream().read(b)) {
                all.write(b, 0, read);
            }
        } catch (SocketException e) {
            all.writeBytes(" reset".getBytes(StandardCharsets.US_ASCII));
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Two per loop and more: what one client did must not count as what the next one does. */
    @Test
    void aBrokenRecordIsNoPacketThatIsTooLong() throws Exception {
        ProxyProcess proxy = hidden.world().proxy();
        long tooLong = proxy.stats().number("closed_client_oversized");
        long broken = proxy.stats().number("closed_client_bad_packet");
        byte[] prefix = new byte[PacketHeader.MAX_PREFIX];
        PacketHeader.encode(Transport.PADDED, PacketHeader.MAX_PACKET + 4, false, prefix, prefix.length);
        for (int i = 1; i <= 8; i++) {
            answer((socket, streams) -> {
                byte[] cipher = new byte[prefix.length];
                header(streams).toProxy().apply(prefix, 0, prefix.length, cipher, 0);
                streams.out().write(cipher);
            });
            answer((socket, streams) -> {
                header(streams);
                socket.getOutputStream().write(new byte[5]);
            });
            assertThat(proxy.stats().number("closed_client_oversized") - tooLong).as("too long").isEqualTo(i);
            assertThat(proxy.stats().number("closed_client_bad_packet") - broken).as("broken").isEqualTo(i);
        }
    }

    private static ObfuscatedHeader.Created header(FakeTlsStreams streams) throws IOException {
        ObfuscatedHeader.Created header = ObfuscatedHeader.create(Transport.PADDED, 2, World.KEY,
                new SplittableRandom());
        streams.out().write(header.bytes());
        return header;
    }

    /** On whatever loop the first one and the second one land. */
    @Test
    void replaysGetToTheSite() throws Exception {
        assertLikeTheSite(hidden.probe(ROUNDS, "replay"));
    }

    @Test
    void whatNearlyFitsGetsToTheSite() throws Exception {
        assertLikeTheSite(hidden.probe(2, "stale", "from-the-future", "wrong-digest", "changed", "ours-"));
    }

    @Test
    void clientsThatDoNotHideGetToTheSite() throws Exception {
        assertLikeTheSite(hidden.probe(2, "obfuscated"));
    }

    @Test
    void theAnswerHasTheFingerprintOfTheSite() throws Exception {
        FingerprintReport report = hidden.fingerprint();

        assertThat(report.rows()).filteredOn(FingerprintReport.Row::required)
                .allSatisfy(row -> assertThat(row.equal()).as("%s", row).isTrue());
        assertThat(report.alike()).isTrue();
    }
}
