package io.mtproxy.tools.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class AdoptionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    /** Its parent has ended by then. */
    private static final String LATER = "sleep 0.1; ";

    private final Adoption adoption = new Adoption();

    @AfterEach
    void close() {
        adoption.close();
    }

    /** A process whose parent has ended. @return its id */
    private static long orphan(String command) throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sh -c '" + command + "' > /dev/null & echo $!").start();
        String pid = new String(parent.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(parent.waitFor()).isZero();
        return Long.parseLong(pid);
    }

    @Test
    void theExitCodeOfAnOrphanIsSeen() throws Exception {
        assertThat(adoption.awaitExit(orphan(LATER + "exit 0"), SOON)).hasValue(0);
        assertThat(adoption.awaitExit(orphan(LATER + "exit 99"), SOON)).hasValue(99);
    }

    @Test
    void soIsTheSignalThatKilledIt() throws Exception {
        assertThat(adoption.awaitExit(orphan(LATER + "kill -KILL $$"), SOON)).hasValue(128 + 9);
    }

    @Test
    void whoDoesNotEndHasNoExitCode() throws Exception {
        long pid = orphan("exec sleep 600");

        assertThat(adoption.awaitExit(pid, Duration.ofMillis(50))).isEmpty();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        assertThat(adoption.awaitExit(pid, SOON)).hasValue(128 + 9);
    }

    @Test
    void aStrangerIsNotOurs() {
        assertThatThrownBy(() -> adoption.awaitExit(1, SOON)).isInstanceOf(IllegalStateException.class)
                .hasMessage("process 1 is no child of this one");
    }
}
