package io.mtproxy.tools.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlFoldersTest {
    private static final long US = ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private Path socket(Path folder, Object name) throws IOException {
        return Files.createFile(Files.createDirectories(folder).resolve(name + ".sock"));
    }

    private static long ended() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }

    @Test
    void areThoseOfTheDaemonsRuleInItsOrder() throws IOException {
        String ours = "/tmp/mtproxy-" + Files.getAttribute(directory, "unix:uid");
        assertThat(ControlFolders.of(Map.of()).paths()).containsExactly(Path.of("/run/mtproxy"), Path.of(ours));
        assertThat(ControlFolders.of(Map.of("RUNTIME_DIRECTORY", "/run/a:/run/b", "XDG_RUNTIME_DIR", "/run/user/7"))
                .paths()).containsExactly(Path.of("/run/a"), Path.of("/run/user/7/mtproxy"), Path.of("/run/mtproxy"),
                        Path.of(ours));
        assertThat(ControlFolders.of(Map.of("RUNTIME_DIRECTORY", "/run/mtproxy")).paths()).hasSize(2);
    }

    @Test
    void areOnlyTheOneThatIsNamed() throws IOException {
        assertThat(ControlFolders.of(Map.of(ControlFolders.VARIABLE, "/x", "RUNTIME_DIRECTORY", "/run/a")).paths())
                .containsExactly(Path.of("/x"));
        assertThat(ControlFolders.of(Map.of(ControlFolders.VARIABLE, "")).paths()).hasSize(2);
    }

    @Test
    void whatIsNoSocketOfALivingProcessIsPassedOver() throws Exception {
        Path second = directory.resolve("second");
        Path socket = socket(second, US);
        socket(second, ended());
        socket(second, "x");
        socket(second, "0");
        socket(second, "99999999999999999999");
        Files.createFile(second.resolve("1.lock"));
        ControlFolders folders = new ControlFolders(List.of(directory.resolve("first"), second));

        assertThat(folders.only()).isEqualTo(new ControlSocket(socket, US)).isEqualTo(folders.of(US));
    }

    @Test
    void severalAreNamed() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Path first = socket(directory.resolve("first"), US);
            Path second = socket(directory.resolve("second"), other.pid());
            ControlFolders folders = new ControlFolders(List.of(first.getParent(), second.getParent()));

            assertThatIOException().isThrownBy(folders::only).withMessageContainingAll("several proxies run: ",
                    String.valueOf(US), String.valueOf(other.pid()), "--pid");
            assertThat(folders.of(other.pid()).path()).isEqualTo(second);
            assertThat(folders.of(US).path()).isEqualTo(first);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void ofNoneThePlacesAreNamed() throws Exception {
        Path gone = directory.resolve("gone");
        long ended = ended();
        socket(directory, ended);
        ControlFolders folders = new ControlFolders(List.of(directory, gone));

        assertThatIOException().isThrownBy(folders::only).withMessage("no running proxy has a control socket in "
                + directory + ", " + gone + " (no such folder)");
        assertThatIOException().isThrownBy(() -> folders.of(ended))
                .withMessageStartingWith("process " + ended + " is no")
                .withMessageEndingWith(gone + " (no such folder)");
    }
}
