package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.dualrun.DualRun;
import io.mtproxy.tools.dualrun.Phase;
import io.mtproxy.tools.dualrun.Scale;
import io.mtproxy.tools.process.ProxyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code mtproxyctl dual-run}: against the C program where {@code MTPROXY_C_BINARY} names one, else against our own. On a
 * busy machine and in so short a form percentiles mean little, so the good candidate is held to what may never fail.
 */
class DualRunIT {

    private static final Scale SMALL = new Scale(1, Duration.ofMillis(100), 3, 6, 4, 4, 2, Duration.ofMillis(200), 4, 3,
            3, 256 << 10, 3);
    private static final List<String> ALWAYS = List.of("broken-off", "warmup.success", "canary.success", "load.success",
            "faketls.success", "stats.success", "control.exit", "load.exit", "mirror.differences");

    @TempDir
    private Path directory;

    private static Path reference() {
        String binary = System.getenv("MTPROXY_C_BINARY");
        return binary == null ? ProxyOptions.defaultExecutable() : Path.of(binary);
    }

    private Report run(Path reference, Path candidate, EnumSet<Phase> phases) throws Exception {
        RunFolder folder = RunFolder.create(directory.resolve("out"), line -> {});
        try (Stage stage = Stage.open(Files.createDirectory(directory.resolve("stage")), DualRun.service())) {
            return new DualRun(stage, folder, new Program(Role.REFERENCE, reference),
                    new Program(Role.CANDIDATE, candidate), SMALL, phases).play();
        }
    }

    private static List<String> ids(Report report, boolean holding) {
        return report.guards().stream().filter(guard -> guard.holds() == holding).map(Guard::id).toList();
    }

    @Test
    void theCommandJudgesReportsAndKeepsTheLogs() throws Exception {
        Path out = directory.resolve("out");
        try (Tool tool = Tool.start(directory, "dual-run", "--reference", reference().toString(), "--quick", "--output",
                out.toString())) {
            int code = tool.exitCode();
            Map<String, Object> report = JSON.std.mapFrom(Files.readString(out.resolve("report.json")));

            assertThat(code).as(tool.text()).isEqualTo(Boolean.TRUE.equals(report.get("holds")) ? 0 : 1);
            assertThat(verdicts(report)).containsKeys(ALWAYS.toArray(String[]::new))
                    .containsKeys("canary.connect.p95", "load.connect.p99", "faketls.connect.p95", "stats.idle.p95",
                            "stats.load.p99", "control.stop", "load.stop");
            assertThat(verdicts(report)).extractingByKeys(ALWAYS.toArray(String[]::new)).containsOnly("holds");
            assertThat(report.get("environment")).asString().contains("processors", "loadAverage");
            assertThat(report.get("versions")).asString().contains("reference=mtproxy-", "candidate=mtproxy-java-");
            assertThat(report.get("measurements")).asString().contains("canary.request", "control.start.mainloop",
                    "load.cpu.seconds");
            assertThat(Files.readString(out.resolve("logs/round-1-candidate-control.log"))).contains("main loop",
                    "received signal 01", "Terminated by SIGTERM.");
            assertThat(out.resolve("logs/round-1-reference-clients.log")).exists();
            assertThat(tool.text()).contains("round 1 candidate control:", "canary.connect.p95", "report and logs:");
            for (String file : List.of("report.json", "report.md")) {
                assertThat(Files.readString(out.resolve(file))).as("reports are published").doesNotContain(
                        directory.toString(), System.getProperty("mtproxy.home"), reference().getParent().toString());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> verdicts(Map<String, Object> report) {
        return ((List<Map<String, Object>>) report.get("guards")).stream().collect(java.util.stream.Collectors
                .toMap(guard -> (String) guard.get("id"), guard -> (String) guard.get("verdict")));
    }

    @Test
    void aSlowCandidateFailsGuardByGuard() throws Exception {
        Path slow = Tool.impaired(directory, "--delay", "300", "--stop-delay", "3000");

        Report report = run(reference(), slow, EnumSet.of(Phase.CONTROL, Phase.CANARY, Phase.LOAD));

        assertThat(ids(report, false)).as(report.notes() + "").contains("canary.connect.p95", "canary.connect.p99",
                "load.connect.p95",
                "load.connect.p99", "stats.idle.p95", "stats.idle.p99", "stats.load.p95", "stats.load.p99",
                "control.stop", "load.stop");
        assertThat(ids(report, true)).contains("broken-off", "canary.success", "load.success", "stats.success",
                "control.exit", "load.exit");
        assertThat(report.holds()).isFalse();
    }

    @Test
    void aLossyCandidateFailsGuardByGuard() throws Exception {
        Path lossy = Tool.impaired(directory, "--cut", "40");

        Report report = run(reference(), lossy, EnumSet.of(Phase.CONTROL, Phase.CANARY, Phase.LOAD));

        assertThat(ids(report, false)).as(report.notes() + "").contains("warmup.success", "canary.success",
                "load.success", "stats.success");
        assertThat(report.holds()).isFalse();
    }

    @Test
    void aCandidateThatDoesNotStartFails() throws Exception {
        Report report = run(reference(), Path.of("/bin/false"), EnumSet.of(Phase.CANARY));

        assertThat(ids(report, false)).containsExactly("broken-off");
        assertThat(report.notes()).anySatisfy(note -> assertThat(note).contains("exit code 1"));
    }

    @Test
    void aReferenceThatIsNotThereIsWrongUsage() throws Exception {
        try (Tool tool = Tool.start(directory, "dual-run", "--reference", "/nowhere/mtproto-proxy")) {
            assertThat(tool.exitCode()).isEqualTo(2);
            assertThat(tool.text()).contains("reference /nowhere/mtproto-proxy: no such program");
        }
    }
}
