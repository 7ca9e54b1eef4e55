package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    private static final Path SYSTEM = Path.of("/var/lib/mtproxy");
    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Log log = new Log(out, 1, InstantSource.system());

    private static List<Path> candidates(Map<String, String> environment) {
        return StateDirectory.candidates(environment::get, SYSTEM);
    }

    @Test
    void whatSystemdGivesComesFirst() {
        assertThat(candidates(Map.of("STATE_DIRECTORY", "/a", "XDG_STATE_HOME", "/b", "HOME", "/c")))
                .containsExactly(Path.of("/a"), Path.of("/b/mtproxy"), SYSTEM, Path.of("/c/.local/state/mtproxy"));
        assertThat(candidates(Map.of("STATE_DIRECTORY", "/a:/b", "HOME", "/c")).getFirst()).isEqualTo(Path.of("/a"));
    }

    @Test
    void nothingIsEverBelowTheWorkingDirectory() {
        assertThat(candidates(Map.of("STATE_DIRECTORY", "a", "XDG_STATE_HOME", "", "HOME", ".")))
                .containsExactly(SYSTEM);
    }

    @Test
    void withoutHomeTheUsersIsTaken() {
        assertThat(candidates(Map.of()))
                .containsExactly(SYSTEM, Path.of(System.getProperty("user.home"), ".local/state/mtproxy"));
    }

    @Test
    void theFirstThatCanBeMadeIsTaken() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path wanted = folder.resolve("x/y/mtproxy");
        assertThat(StateDirectory.choose(List.of(file, file.resolve("below"), wanted, folder), USER, log))
                .isEqualTo(wanted);
        assertThat(wanted).isDirectory();
        assertThat(Files.getOwner(wanted).getName()).isEqualTo(USER);
    }

    @Test
    void anExistingOneIsTakenAsItIs() {
        assertThat(StateDirectory.choose(List.of(folder), "no-such-user", log)).isEqualTo(folder);
    }

    @Test
    void whatCannotBeUsedIsSaidWhenAsked() throws IOException {
        log.verbosity(1);
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(StateDirectory.choose(List.of(file.resolve("below")), USER, log)).isNull();
        assertThat(out.toString()).contains("cannot use " + file.resolve("below") + " as state directory: ");
    }
}
