package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.drill.Drill;
import io.mtproxy.tools.drill.DrillScale;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.ProxyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mtproxyctl drill}: from the C program where {@code MTPROXY_C_BINARY} names one, else from our own. */
class DrillIT {

    private static final DrillScale SMALL = new DrillScale(1, 8, 1, 0, Duration.ofSeconds(2), Duration.ofMillis(500));

    @TempDir
    private Path directory;

    private static Path reference() {
        String binary = System.getenv("MTPROXY_C_BINARY");
        return binary == null ? ProxyOptions.defaultExecutable() : Path.of(binary);
    }

    private List<String> failing(Path candidate) throws Exception {
        return failing(candidate, SMALL);
    }

    private List<String> failing(Path candidate, DrillScale scale) throws Exception {
        RunFolder folder = RunFolder.create(directory.resolve("out"), line -> {});
        try (Stage stage = Stage.open(Files.createDirectory(directory.resolve("stage")), new LoadService())) {
            Report report = new Drill(stage, folder, new Program(Role.REFERENCE, reference()),
                    new Program(Role.CANDIDATE, candidate), scale).play();
            return report.guards().stream().filter(guard -> !guard.holds()).map(Guard::id).toList();
        }
    }

    /** On a busy machine a JVM may start late; but no request is lost that was not in the switch. */
    @Test
    void theCommandJudgesReportsAndKeepsTheLogs() throws Exception {
        Path out = directory.resolve("out");
        try (Tool tool = Tool.start(directory, "drill", "--reference", reference().toString(), "--quick", "--output",
                out.toString())) {
            int code = tool.exitCode();
            Map<String, Object> report = JSON.std.mapFrom(Files.readString(out.resolve("report.json")));

            assertThat(code).as(tool.text()).isEqualTo(Boolean.TRUE.equals(report.get("holds")) ? 0 : 1);
            assertThat(report.get("guards")).asString().contains("round-1.cutover.start", "round-1.rollback.back");
            for (String guard : List.of("cutover.before", "cutover.after", "cutover.exit", "cutover.stats",
                    "rollback.before", "rollback.after", "rollback.exit", "rollback.stats")) {
                assertThat(verdict(report, "round-1." + guard)).as(guard + " in " + tool.text()).isEqualTo("holds");
            }
            assertThat(report.get("measurements")).asString().contains("step=baseline", "step=cutover",
                    "step=rollback", "requestsDuringSwitch");
            assertThat(Files.readString(out.resolve("logs/1-cutover.log"))).contains("mtproxy-java", "main loop",
                    "Terminated by SIGTERM.");
            assertThat(Files.readString(out.resolve("report.md"))).doesNotContain(directory.toString(),
                    reference().getParent().toString());
        }
    }

    @SuppressWarnings("unchecked")
    private static Object verdict(Map<String, Object> report, String id) {
        return ((List<Map<String, Object>>) report.get("guards")).stream().filter(guard -> guard.get("id").equals(id))
                .map(guard -> guard.get("verdict")).findFirst().orElse("missing");
    }

    @Test
    void aCandidateThatStartsAndStopsSlowlyFails() throws Exception {
        Path slow = Tool.impaired(directory, "--start-delay", "6000", "--stop-delay", "6000");

        // not "rollback.back": behind a long stop the reference may leave everybody waiting, and those are not counted
        assertThat(failing(slow)).contains("round-1.cutover.start", "round-1.cutover.back", "round-1.rollback.stop");
    }

    /** Every second request of each client; no stream would ever come to its end. */
    @Test
    void aCandidateThatLosesClientsFails() throws Exception {
        Path lossy = Tool.impaired(directory, "--cut-at", "2");
        DrillScale withoutStreams = new DrillScale(1, SMALL.clients(), 0, 0, SMALL.patience(), SMALL.steady());

        assertThat(failing(lossy, withoutStreams)).contains("round-1.cutover.after").doesNotContain("broken-off");
    }

    @Test
    void aCandidateThatDoesNotStartFails() throws Exception {
        assertThat(failing(Path.of("/bin/false"))).containsExactly("broken-off");
    }
}
