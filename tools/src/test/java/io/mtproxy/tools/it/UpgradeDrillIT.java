package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mtproxyctl drill --upgrade}: ours to ours, as the command of its own that it is. */
class UpgradeDrillIT {

    /** On a busy machine these say something of the machine. */
    private static final Set<String> TIMES = Set.of("frozen", "slowest", "visit");

    @TempDir
    private Path directory;

    private Map<String, Object> drill(int exitCode, String... more) throws Exception {
        Path out = directory.resolve("out");
        List<String> words = new ArrayList<>(List.of("drill", "--upgrade", "--quick", "--output",
                out.toString()));
        words.addAll(List.of(more));
        try (Tool tool = Tool.start(directory, words.toArray(String[]::new))) {
            int code = tool.exitCode();
            Map<String, Object> report = JSON.std.mapFrom(Files.readString(out.resolve("report.json")));

            assertThat(code).as(tool.text()).isEqualTo(Boolean.TRUE.equals(report.get("holds")) ? 0 : 1);
            assertThat(tool.text()).doesNotContain("WARNING");
            if (exitCode != 0) {
                assertThat(code).as(tool.text()).isEqualTo(exitCode);
            }
            return report;
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> guards(Map<String, Object> report, String verdict) {
        return ((List<Map<String, Object>>) report.get("guards")).stream()
                .filter(guard -> guard.get("verdict").equals(verdict)).map(guard -> guard.get("id").toString())
                .toList();
    }

    private static boolean ofTime(String guard) {
        return TIMES.contains(guard.substring(guard.indexOf('.') + 1));
    }

    @Test
    void nobodyNoticesThreeInARow() throws Exception {
        Map<String, Object> report = drill(0);

        assertThat(guards(report, "FAILS")).allMatch(UpgradeDrillIT::ofTime);
        assertThat(guards(report, "holds")).contains("broken-off", "before.lost", "upgrade-1.requests",
                "upgrade-2.refused", "upgrade-3.dropped", "upgrade-3.bytes", "upgrade-3.counters", "upgrade-3.exit",
                "pids", "descriptors", "threads", "stop.exit", "log");
        assertThat(report.get("measurements")).asString().contains("frozenMillis", "clientsHandedOver=1",
                "descriptors", "countersWatched");
        assertThat(Files.readString(directory.resolve("out/logs/service.log"))).contains("upgrade: handed over to pid",
                "taken over: ", "Terminated by SIGTERM.");
        assertThat(Files.readString(directory.resolve("out/report.md"))).contains("# Upgrade drill", "before")
                .doesNotContain(directory.toString(),
                        ProxyOptions.defaultExecutable().getParent().toString());
    }

    @Test
    void aCandidateThatDoesNotStartIsNoUpgrade() throws Exception {
        Map<String, Object> report = drill(1, "--candidate", script("exit 1").toString());

        assertThat(guards(report, "FAILS")).containsExactly("broken-off");
        assertThat(report.get("notes")).asString().contains("exited with code 1", "asked for: 0)");
    }

    @Test
    void aCandidateThatDropsItsSessionsFails() throws Exception {
        Path other = script("MTPROXY_JVM_FLAGS=-Dmtproxy.handover.version=99 exec '" + ProxyOptions.defaultExecutable()
                + "' \"$@\"");
        Map<String, Object> report = drill(1, "--candidate", other.toString());

        assertThat(guards(report, "FAILS")).containsExactly("broken-off");
        assertThat(report.get("notes")).asString().contains("not everything was handed over")
                .doesNotContain("asked for: 0)");
    }

    private Path script(String command) throws IOException {
        Path script = Files.writeString(directory.resolve("candidate"), "#!/bin/sh\n" + command + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
