package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.control.ControlFolders;
import io.mtproxy.tools.control.FakeControl;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The words of {@code upgrade} and {@code drain}, and what the daemon is told. */
class UpgradeCommandTest {
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private RunningProxy proxy() {
        return new RunningProxy(Map.of(ControlFolders.VARIABLE, directory.toString()));
    }

    private int execute(Object command, String... arguments) {
        return Mtproxyctl.configured(new CommandLine(command)).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private int upgrade(String... arguments) {
        return execute(new UpgradeCommand(proxy()), arguments);
    }

    private int drain(String... arguments) {
        return execute(new DrainCommand(proxy()), arguments);
    }

    private Path program() throws IOException {
        Path program = Files.createFile(directory.resolve("new program"));
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theDaemonIsToldTheProgramAndTheTime() throws IOException {
        Path program = program();
        Path link = Files.createSymbolicLink(directory.resolve("current"), program);
        try (FakeControl server = new FakeControl(directory, PID, "starting\nok handed over to pid 18: 3 clients\n")) {
            assertThat(upgrade()).isZero();
            assertThat(out.toString().lines()).containsExactly("starting", "handed over to pid 18: 3 clients");
            assertThat(upgrade("--pid", String.valueOf(PID), "--to", program.toString(), "--drain", "0")).isZero();
            assertThat(upgrade("--to", link.toString())).isZero();
            assertThat(server.heard()).containsExactly("upgrade 300 -", "upgrade 0 " + program, "upgrade 300 " + link);
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void drainTellsHowManyAreLeft() throws IOException {
        try (FakeControl server = new FakeControl(directory, PID, "left 2\nleft 1\nok drained\n")) {
            assertThat(drain()).isZero();
            assertThat(out.toString().lines()).containsExactly("left 2", "left 1", "drained");
            assertThat(drain("--within", "9")).isZero();
            assertThat(server.heard()).containsExactly("drain 60", "drain 9");
        }
    }

    @Test
    void anErrorIsOneLineAndExitCodeOne() throws IOException {
        try (FakeControl server = new FakeControl(directory, PID, "error the new program ended with exit code 1\n")) {
            assertThat(upgrade()).isEqualTo(1);
            assertThat(server.heard()).hasSize(1);
        }
        assertThat(err.toString().lines())
                .containsExactly("mtproxyctl upgrade: the new program ended with exit code 1");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void withoutAProxyThePlaceIsNamed() {
        assertThat(drain()).isEqualTo(1);
        assertThat(upgrade("--pid", String.valueOf(PID))).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains(directory.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere/mtproto-proxy", "/tmp", "/etc/passwd", ""})
    void whatCannotBeStartedIsWrongUsage(String program) throws IOException {
        try (FakeControl server = new FakeControl(directory, PID, "ok no\n")) {
            assertThat(upgrade("--to", program)).isEqualTo(CommandLine.ExitCode.USAGE);
            assertThat(server.heard()).isEmpty();
        }
        assertThat(err.toString()).contains("--to /", ": no such program (expected: the path of an executable file)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", "1.5", "99999999999"})
    void aTimeThatIsNoneIsWrongUsage(String seconds) {
        assertThat(upgrade("--drain=" + seconds)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(drain("--within=" + seconds)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("'" + seconds + "' (expected: a number of seconds, 0 or more)");
    }
}
