package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is passed on, and what is worked out, for the daemon. */
class DaemonWordsTest {

    @ParameterizedTest
    @ValueSource(strings = {"-u joe", "-ujoe", "-6u joe", "-6ujoe", "--user joe", "--user=joe", "--us joe", "--u=joe",
            "-c 5 -u joe", "-l u -u joe -v"})
    void aUserIsFound(String words) {
        assertThat(DaemonWords.user(List.of(words.split(" ", -1)))).contains("joe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-l -u", "-lu", "-du", "-vu", "--users joe", "-- -u joe", "u joe", "-"})
    void whatOnlyLooksLikeAUserIsNone(String words) {
        assertThat(DaemonWords.user(List.of(words.split(" ", -1)))).isEmpty();
    }

    @Test
    void allDomainsAreFound() {
        assertThat(
                DaemonWords.domains(List.of("-D", "a.test", "-6Db.test", "--dom=c.test", "-d", "--domain", "d.test")))
                .containsExactly("a.test", "b.test", "c.test", "d.test");
        assertThat(DaemonWords.domains(List.of("-d", "D", "--d", "x", "-u", "-D"))).isEmpty();
    }

    @Test
    void connectionsAreFound() {
        assertThat(DaemonWords.connections(List.of("-c", "5"))).contains("5");
        assertThat(DaemonWords.connections(List.of("--conn=6"))).contains("6");
        assertThat(DaemonWords.connections(List.of("-C", "5", "--crc32c", "--c", "6"))).isEmpty();
        assertThat(DaemonWords.connections(List.of("-c"))).as("the daemon says that the value is missing").contains("");
    }

    @Test
    void overridesAreFoundAndTheirNumbersAreNoOptions() {
        List<String> words = List.of("--direct", "--dc-override", "-4:[2001:db8::c]:443", "--dc=2:127.0.0.1:5", "--d",
                "3:127.0.0.1:5");
        assertThat(DaemonWords.overrides(words)).containsExactly("-4:[2001:db8::c]:443", "2:127.0.0.1:5");
        assertThat(DaemonWords.connections(words)).isEmpty();
    }

    @Test
    void theAddressAndTheBackgroundAreFound() {
        assertThat(DaemonWords.address(List.of("--address", "127.0.0.2"))).contains("127.0.0.2");
        assertThat(DaemonWords.address(List.of("--aes-pwd", "x", "--a", "y"))).isEmpty();
        assertThat(DaemonWords.daemonized(List.of("-6", "-d"))).isTrue();
        assertThat(DaemonWords.daemonized(List.of("--daemonize=1"))).isTrue();
        assertThat(DaemonWords.daemonized(List.of("--direct", "--domain", "x", "-D", "d"))).isFalse();
    }

    @Test
    void connectionsFitTheLimitOfOpenFiles() {
        assertThat(OpenFiles.connections(20_000)).isEqualTo(19_984);
        assertThat(OpenFiles.connections(65_551)).isEqualTo(65_535);
        assertThat(OpenFiles.connections(65_552)).isEqualTo(65_536);
        assertThat(OpenFiles.connections(Long.MAX_VALUE)).isEqualTo(65_536);
        assertThat(OpenFiles.connections(16)).as("0 would be the maximum").isEqualTo(1);
    }

    @Test
    void theHardLimitIsTheSecondNumber() throws IOException {
        String head = "Limit                     Soft Limit           Hard Limit           Units     ";
        String files = "Max open files            1024                 %s               files     ";

        assertThat(OpenFiles.hardLimit(List.of(head, files.formatted("4096")))).isEqualTo(4096);
        assertThat(OpenFiles.hardLimit(List.of(head, files.formatted("unlimited")))).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> OpenFiles.hardLimit(List.of(head))).hasMessageContaining("Max open files");
    }

    @Test
    void theFirstUserThatExistsIsTaken() throws IOException {
        assertThat(DaemonUser.firstOf(List.of("no-such-user", "root", "nobody"))).get()
                .extracting(DaemonUser::name).isEqualTo("root");
        assertThat(DaemonUser.firstOf(List.of("no-such-user"))).isEmpty();
    }

    @Test
    void whatAnotherUserCannotReadIsKnown(@TempDir Path closed) throws IOException {
        DaemonUser nobody = DaemonUser.firstOf(List.of("nobody")).orElseThrow();
        Path inside = Files.writeString(closed.resolve("inside"), "");
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(nobody.reads(Path.of("/etc/passwd"))).isTrue();
        assertThat(nobody.reads(inside)).as("the folder is for its owner only").isFalse();
    }
}
