package io.mtproxy.tools.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeRunTest {

    private static final byte[] ALERT = HexFormat.of().parseHex("15030300020228");

    private static void hear(Socket socket) throws IOException {
        socket.getInputStream().read(new byte[1000]);
    }

    private static void alert(Socket socket) throws IOException {
        hear(socket);
        socket.getOutputStream().write(ALERT);
    }

    private static Finding find(ScriptedServer.Script site, ScriptedServer.Script proxy, int rounds, String probe)
            throws Exception {
        return find(site, proxy, rounds, probe, List.of(Duration.ZERO));
    }

    private static Finding find(ScriptedServer.Script site, ScriptedServer.Script proxy, int rounds, String probe,
            List<Duration> paths) throws Exception {
        try (ScriptedServer first = new ScriptedServer(site); ScriptedServer second = new ScriptedServer(proxy)) {
            ProbePlan plan = new ProbePlan(second.address(), first.address(), "a.test", null, rounds,
                    new Patience(Duration.ofMillis(1500), Duration.ofMillis(20)), 10, paths, List.of(probe));
            List<Finding> told = new ArrayList<>();
            ProbeReport report = ProbeRun.run(plan, told::add);
            assertThat(report.findings()).isEqualTo(told);
            assertThat(report.alike())
                    .isEqualTo(told.getFirst().same() && !told.getFirst().timeDiffers(paths.size() - 1));
            return told.getFirst();
        }
    }

    @Test
    void theSameIsTheSame() throws Exception {
        Finding finding = find(ProbeRunTest::alert, ProbeRunTest::alert, 3, "http-get");

        assertThat(finding.same()).as("%s", finding).isTrue();
        assertThat(finding.site()).containsEntry("alert:2/40 FIN", 6).hasSize(1);
        assertThat(finding.firstByte()).as("too few to judge").isNull();
    }

    @Test
    void anotherAlertIsSeen() throws Exception {
        Finding finding = find(ProbeRunTest::alert, socket -> {
            hear(socket);
            socket.getOutputStream().write(HexFormat.of().parseHex("1503030002020a"));
        }, 2, "http-get");

        assertThat(finding.differences()).containsExactly("2 x alert:2/10 FIN");
    }

    @Test
    void otherBytesOfTheSameShapeAreSeen() throws Exception {
        Finding finding = find(socket -> {
            hear(socket);
            socket.getOutputStream().write("hello".getBytes());
        }, socket -> {
            hear(socket);
            socket.getOutputStream().write("hallo".getBytes());
        }, 1, "http-get");

        assertThat(finding.differences()).containsExactly("other bytes: site hello, proxy hallo");
    }

    @Test
    void aResetIsNoFin() throws Exception {
        Finding finding = find(ProbeRunTest::alert, socket -> {
            alert(socket);
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        }, 1, "http-get");
        Finding reset = find(ProbeRunTest::alert, socket -> {
            hear(socket);
            socket.setSoLinger(true, 0);
        }, 1, "http-get");

        assertThat(finding.differences()).containsExactly("1 x alert:2/40 OPEN");
        assertThat(reset.differences()).containsExactly("1 x RST");
    }

    @Test
    void aServerThatVariesMayBeFollowedInAll() throws Exception {
        boolean[] other = {false};
        ScriptedServer.Script varying = socket -> {
            hear(socket);
            synchronized (other) {
                other[0] = !other[0];
                socket.getOutputStream().write(other[0] ? ALERT : "hello".getBytes());
            }
        };

        assertThat(find(varying, ProbeRunTest::alert, 2, "http-get").same()).isTrue();
    }

    @Test
    void aServerWhoseAnswerDependsOnTheBytesIsToBeFollowedInEachRound() throws Exception {
        ScriptedServer.Script byBytes = socket -> {
            byte[] heard = new byte[64];
            socket.getInputStream().readNBytes(heard, 0, heard.length);
            socket.getOutputStream().write(heard[40] < 0 ? ALERT : "hello".getBytes());
        };

        assertThat(find(byBytes, byBytes, 30, "noise-64-fin").same()).isTrue();
        assertThat(find(byBytes, ProbeRunTest::alert, 30, "noise-64-fin").differences()).singleElement().asString()
                .contains("alert:2/40", "in place of (5 bytes)");
    }

    @Test
    void aDelayIsSeenWhenManyAreMeasured() throws Exception {
        Finding finding = find(ProbeRunTest::alert, socket -> {
            hear(socket);
            Thread.sleep(15);
            socket.getOutputStream().write(ALERT);
        }, 30, "http-get");

        assertThat(finding.same()).isTrue();
        assertThat(finding.timeDiffers(0)).isTrue();
        assertThat(finding.firstByte()).satisfies(timing -> {
            assertThat(timing.last().p()).isLessThan(1e-6);
            assertThat(timing.last().control()).isGreaterThan(timing.last().p());
            assertThat(timing.proxyMicros()).isGreaterThan(15_000);
        });
    }

    @Test
    void aJitterThatIsMuchLargerHidesADelayAndThatIsTold() throws Exception {
        Finding finding = find(ProbeRunTest::alert, socket -> {
            hear(socket);
            Thread.sleep(15);
            socket.getOutputStream().write(ALERT);
        }, 30, "http-get", List.of(Duration.ZERO, Duration.ofSeconds(60)));

        assertThat(finding.timeDiffers(0)).as("as measured").isTrue();
        assertThat(finding.timeDiffers(1)).as("over the second path").isFalse();
    }

    @Test
    void whatNobodyAnswersIsToldToo() throws Exception {
        Finding finding = find(Socket::close, Socket::close, 1, "silence");

        assertThat(finding.site()).containsOnlyKeys("FIN");
        assertThat(finding.same()).isTrue();
    }

    @Test
    void aProxyThatIsNotThere() throws Exception {
        try (ScriptedServer site = new ScriptedServer(ProbeRunTest::alert)) {
            ScriptedServer proxy = new ScriptedServer(ProbeRunTest::alert);
            proxy.close();
            ProbePlan plan = new ProbePlan(proxy.address(), site.address(), "a.test", new byte[16], 1,
                    new Patience(Duration.ofSeconds(1), Duration.ofMillis(20)), 1, List.of(Duration.ZERO),
                    List.of("http-get", "replay"));
            ProbeReport report = ProbeRun.run(plan, finding -> {});

            assertThat(report.alike()).isFalse();
            assertThat(report.findings().getFirst().differences()).containsExactly("1 x REFUSED");
            assertThat(report.findings().getLast().differences()).containsExactly("Connection refused");
        }
    }

    @Test
    void thereAreEnoughProbesWithNamesOfTheirOwn() {
        List<String> names = Catalogue.probes(true).stream().map(Probe::name).toList();

        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(100);
        assertThat(Catalogue.probes(false)).hasSizeBetween(40, names.size() - 10);
    }
}
