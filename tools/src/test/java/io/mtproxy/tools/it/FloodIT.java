package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flood of hellos in short; {@code mtproxyctl flood} is the long one. */
class FloodIT {
    @TempDir
    private Path directory;

    @Test
    void allStrangersGetToTheSiteAndClientsAreServed() throws Exception {
        Path report = directory.resolve("flood.json");
        try (Tool tool = Tool.start(directory, "flood", "--hellos", "3000", "--at-once", "200", "--report",
                report.toString())) {
            assertThat(tool.exitCode()).as("%s", tool.text()).isZero();
        }
        assertThat(Files.readString(report)).contains("hellos answered as by the site");
    }

    @Test
    void tooFewAreRefused() throws Exception {
        try (Tool tool = Tool.start(directory, "flood", "--hellos", "3")) {
            assertThat(tool.exitCode()).isEqualTo(2);
            assertThat(tool.text()).contains("hellos: 3", "expected: at least 20");
        }
    }
}
