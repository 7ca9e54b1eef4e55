package io.mtproxy.tools.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlSocketTest {
    private static final long PID = 17;
    private static final int ROOT = 0;
    private static final int US = 1000;
    private static final int DAEMON = 990;

    @TempDir
    private Path directory;
    private final List<String> progress = new ArrayList<>();

    private ControlSocket socket() {
        return new ControlSocket(directory.resolve(PID + ".sock"), PID);
    }

    private String ask(String answer, String request) throws Exception {
        try (FakeControl server = new FakeControl(directory, PID, answer)) {
            String result = socket().ask(request, progress::add);
            assertThat(server.heard()).containsExactly(request);
            return result;
        }
    }

    @Test
    void oneLineGoesAndTheLastOneThatComesIsTheResult() throws Exception {
        assertThat(ask("starting\nokay so far\nok handed over to pid 18: 1 client\n", "upgrade 5 /opt/mit ö/p"))
                .isEqualTo("handed over to pid 18: 1 client");
        assertThat(progress).containsExactly("starting", "okay so far");
    }

    @Test
    void anErrorIsTold() {
        assertThatIOException().isThrownBy(() -> ask("starting\nerror it ends with 1\n", "upgrade 5 -"))
                .withMessage("it ends with 1");
        assertThat(progress).containsExactly("starting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "starting\n", "starting\nstill"})
    void whoHangsUpHasNotSucceeded(String answer) {
        assertThatIOException().isThrownBy(() -> ask(answer, "drain 1")).withMessageContaining("process 17 hung up");
    }

    @Test
    void aSocketWhereNobodyListensIsNamed() throws IOException {
        new FakeControl(directory, PID, "").close();

        assertThatIOException().isThrownBy(() -> socket().ask("status", progress::add)).withMessageContaining(
                "process 17 does not listen at " + socket().path());
    }

    @Test
    void aSocketOfAnotherUserIsNotSpokenTo() throws Exception {
        assumeTrue(Ownership.ours() == ROOT, "only root gives files away");
        Path folder = Files.createDirectory(directory.resolve("control"));
        ControlSocket socket = new ControlSocket(folder.resolve(PID + ".sock"), PID);
        try (FakeControl server = new FakeControl(folder, PID, "ok that was said to a stranger\n")) {
            Files.setAttribute(socket.path(), "unix:uid", DAEMON);
            assertThatIOException().isThrownBy(() -> socket.ask("status", progress::add))
                    .withMessageContainingAll("belongs to user", "expected: root or user 0");

            Files.setAttribute(folder, "unix:uid", DAEMON);
            assertThatIOException().as("its owner is trusted, and somebody else listens")
                    .isThrownBy(() -> socket.ask("status", progress::add))
                    .withMessageContaining("listens there (expected: its owner, ");
            assertThat(server.heard()).isEmpty();
        }
    }

    @Test
    void rootTheUserAndForRootTheHolderOfTheFolderAreTrusted() {
        assertThat(Ownership.trusted(ROOT, US, US)).isTrue();
        assertThat(Ownership.trusted(US, US, ROOT)).isTrue();
        assertThat(Ownership.trusted(DAEMON, ROOT, DAEMON)).isTrue();
        assertThat(Ownership.trusted(DAEMON, ROOT, ROOT)).as("in a folder that is not its own").isFalse();
        assertThat(Ownership.trusted(DAEMON, US, DAEMON)).as("for a user who is not root").isFalse();
    }
}
