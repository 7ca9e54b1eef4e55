package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.process.ProxyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mtproxyctl bench}: against the C program where {@code MTPROXY_C_BINARY} names one, else against our own. */
class BenchIT {

    @TempDir
    private Path directory;

    private static String reference() {
        String binary = System.getenv("MTPROXY_C_BINARY");
        return binary == null ? ProxyOptions.defaultExecutable().toString() : binary;
    }

    @Test
    void everyLoadIsMeasuredOnBothAndCompared() throws Exception {
        Path json = directory.resolve("bench.json");
        try (Tool tool = Tool.start(directory, "bench", "--quick", "--rounds", "1", "--reference", reference(),
                "--json",
                json.toString())) {
            assertThat(tool.exitCode()).as(tool.text()).isZero();
            assertThat(tool.text()).containsSubsequence("plain, warm-up", "plain, round 1 of 1",
                    "fake TLS, round 1 of 1",
                    "workload", "p99 us", "ratio", "download c=16", "reference", "candidate", "upload c=16",
                    "ping-pong c=1 ", "ping-pong c=64", "handshakes c=16", "download c=16 tls", "handshakes c=16 tls");
        }
        Map<String, Object> report = JSON.std.mapFrom(Files.readString(json));
        assertThat(report).containsEntry("clean", true);
        assertThat(workloads(report)).hasSize(20).allSatisfy(workload -> {
            assertThat(workload.get("rounds")).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);
            assertThat(median(workload)).as(workload.toString()).containsKeys("p50Micros", "p99Micros", "cost")
                    .extractingByKeys("speed", "memoryMebibytes")
                    .allSatisfy(value -> assertThat(((Number) value).doubleValue()).isPositive());
        });
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> workloads(Map<String, Object> report) {
        return (List<Map<String, Object>>) report.get("workloads");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> median(Map<String, Object> workload) {
        return (Map<String, Object>) workload.get("median");
    }

    @Test
    void aProgramThatCutsConnectionsIsToldOf() throws Exception {
        Path lossy = Tool.impaired(directory, "--cut", "40");
        try (Tool tool = Tool.start(directory, "bench", "--quick", "--rounds", "1", "--candidate", lossy.toString())) {
            assertThat(tool.exitCode()).as(tool.text()).isEqualTo(1);
            assertThat(tool.text()).contains("failures").doesNotContain("reference");
        }
    }

    @Test
    void valuesThatCannotBeAreNamed() throws Exception {
        try (Tool tool = Tool.start(directory, "bench", "--rounds", "0")) {
            assertThat(tool.exitCode()).isEqualTo(2);
            assertThat(tool.text()).contains("mtproxyctl bench: --rounds: 0 (expected: > 0)");
        }
        try (Tool tool = Tool.start(directory, "bench", "--reference", "/nowhere/mtproto-proxy")) {
            assertThat(tool.exitCode()).isEqualTo(2);
            assertThat(tool.text()).contains("reference /nowhere/mtproto-proxy: no such program");
        }
    }
}
