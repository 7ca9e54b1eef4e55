package io.mtproxy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.Usage;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadReport.Latencies;
import io.mtproxy.wire.obfuscated.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    private static final Workload DOWNLOAD = Workload.all(false, 1).getFirst();
    private static final Workload HANDSHAKES = Workload.all(true, 1).getLast();

    private final BenchReport report = new BenchReport(Map.of("processors", 2));

    private static LoadReport load(long count, long bytes, Map<String, Long> failures) {
        return new LoadReport(List.of(new LoadReport.Row(Transport.PADDED, count, count, 0, 0, bytes,
                new Latencies(70, 80, 90, 100), new Latencies(7, 8, 9, 10), failures)), Duration.ofSeconds(2));
    }

    private static Turn turn(Workload workload, double cpuSeconds, Map<String, Long> failures) {
        return Turn.of(workload.unit(), load(1000, 512 << 20, failures), new Usage(cpuSeconds, 40));
    }

    @Test
    void speedAndCostAreOfWhatIsCounted() {
        assertThat(turn(DOWNLOAD, 0.25, Map.of())).isEqualTo(new Turn(256, 0, 0, 0.5, 40, 0));
        assertThat(turn(HANDSHAKES, 0.25, Map.of())).isEqualTo(new Turn(500, 70, 90, 250, 40, 0));
    }

    @Test
    void theTableHasMediansAndTheRatioToTheReference() {
        for (double cpu : new double[] {0.1, 0.2, 9}) {
            report.add(DOWNLOAD, Role.REFERENCE, turn(DOWNLOAD, 2 * cpu, Map.of()));
            report.add(DOWNLOAD, Role.CANDIDATE, turn(DOWNLOAD, cpu, Map.of()));
        }
        report.add(HANDSHAKES, Role.CANDIDATE, turn(HANDSHAKES, 0.25, Map.of()));

        assertThat(report.lines()).hasSize(4);
        assertThat(report.lines().get(1)).contains("download c=16", "reference", "0.800").endsWith("-");
        assertThat(report.lines().get(2)).contains("candidate", "256", "MiB/s", "0.400", "CPU-s/GiB").endsWith("0.500");
        assertThat(report.lines().get(3)).contains("handshakes c=16 tls", "70.0", "90.0", "250", "CPU-us")
                .endsWith("-");
        assertThat(report.clean()).isTrue();
    }

    @Test
    void aConnectionThatFailedIsToldOf() throws Exception {
        assertThat(report.clean()).as("nothing measured").isFalse();
        report.add(DOWNLOAD, Role.CANDIDATE, turn(DOWNLOAD, 1, Map.of()));
        report.add(DOWNLOAD, Role.CANDIDATE, turn(DOWNLOAD, 1, Map.of("reset by the proxy", 2L)));

        assertThat(report.clean()).isFalse();
        assertThat(JSON.std.mapFrom(report.json())).containsEntry("clean", false);
    }
}
