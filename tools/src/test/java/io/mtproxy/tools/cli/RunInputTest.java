package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code run} looks at before it makes or prints anything. */
class RunInputTest {

    private static final String CONFIG = "# force_probability 10 10\ndefault 2;\nproxy_for -1 127.0.0.1:8888;\n";

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path config;
    private Path password;
    private Path secret;
    private Path handedOver;

    @BeforeEach
    void goodFiles() throws IOException {
        config = Files.writeString(directory.resolve("config"), CONFIG);
        password = Files.write(directory.resolve("password"), new byte[128]);
        secret = directory.resolve("made/secret");
        handedOver = directory.resolve("handed-over");
        System.setProperty(RunCommand.HAND_OVER, handedOver.toString());
    }

    @AfterEach
    void forgetTheLauncher() {
        System.clearProperty(RunCommand.HAND_OVER);
    }

    @Test
    void linksComeLast() {
        assertThat(run("--port", "65535", "--tag", "00112233445566778899AABBccddeeff")).as(err.toString()).isZero();

        assertThat(out.toString().lines().toList()).satisfies(lines -> {
            assertThat(lines.getFirst()).isEqualTo("Made a secret, kept in " + secret);
            assertThat(lines.get(lines.size() - 2)).startsWith("tg://proxy?").contains("&port=65535&");
            assertThat(lines.getLast()).startsWith("https://t.me/proxy?");
        });
        assertThat(handedOver).content().contains("'-H' '65535'", "'-P' '00112233445566778899AABBccddeeff'");
    }

    @Test
    void connectionsFitTheLimitUnlessTheOperatorSays() throws IOException {
        assertThat(run()).isZero();
        assertThat(handedOver).content().contains("'-c' '" + OpenFiles.connections(OpenFiles.hardLimit()) + "'");

        assertThat(run("--", "--connections=77")).isZero();
        assertThat(handedOver).content().contains("'--connections=77'").doesNotContain("'-c'");
    }

    @Test
    void theUserIsNamedOnce() throws IOException {
        assertThat(run()).isZero();
        String defaulted = DaemonUser.firstOf(DaemonUser.DEFAULTS).orElseThrow().name();
        assertThat(Files.readString(handedOver).contains("'-u' '" + defaulted + "'")).isEqualTo(DaemonUser.root());

        assertThat(run("--", "-uroot")).isZero();
        assertThat(handedOver).content().contains("'-uroot'").doesNotContain("'-u'");
    }

    @ParameterizedTest
    @CsvSource({"--port, 0, 1..65535", "--port, 65536, 1..65535", "--port, http, 1..65535",
            "--stats-port, -1, 1..65535", "--tag, 0011, 32 hex digits",
            "--tag, 0011223344556677889900112233445g, 32 hex digits"})
    void aBadValueIsNamedInOneLine(String option, String value, String expected) {
        assertThat(run(option, value)).isEqualTo(CommandLine.ExitCode.USAGE);

        assertRefused(option, "'" + value + "' (expected: " + expected + ")");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 257})
    void aPasswordOfAnotherSizeIsRefused(int size) throws IOException {
        Files.write(password, new byte[size]);

        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);

        assertRefused("--aes-pwd: " + password + ": " + size + " bytes, not 32..256", "getProxySecret");
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 256})
    void aPasswordOfAPossibleSizeIsTaken(int size) throws IOException {
        Files.write(password, new byte[size]);

        assertThat(run()).as(err.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>proxy server</html>", "default 2;\n# proxy_for 1 127.0.0.1:8888;\n"})
    void aConfigWithoutAProxyIsRefused(String text) throws IOException {
        Files.writeString(config, text);

        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);

        assertRefused("--config: " + config + ": no line 'proxy_for", "getProxyConfig");
    }

    @Test
    void filesThatAreNoneAreRefused() throws IOException {
        Files.delete(password);
        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertRefused("--aes-pwd: " + password + ": no such file");

        err.getBuffer().setLength(0);
        config = directory;
        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertRefused("--config: " + directory + ": not a regular file");
    }

    @Test
    void linksHideWhereThereAreSites() throws IOException {
        assertThat(run("--domain", "a.test", "--public-host", "203.0.113.7", "--", "-D", "b.test")).as(err.toString())
                .isZero();

        assertThat(out.toString()).containsPattern("secret=ee[0-9a-f]{32}612e74657374\\R")
                .containsPattern("secret=ee[0-9a-f]{32}622e74657374\\R").doesNotContain("secret=dd");
        assertThat(Files.readString(handedOver)).containsSubsequence("-D", "a.test", "-D", "b.test");
    }

    private int run(String... more) {
        List<String> words = new ArrayList<>(List.of("run", "--config", config.toString(), "--aes-pwd",
                password.toString(), "--secret-file", secret.toString()));
        words.addAll(List.of(more));
        return Mtproxyctl.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(words.toArray(String[]::new));
    }

    private void assertRefused(String... parts) {
        assertThat(err.toString().lines().toList()).singleElement().asString().startsWith("mtproxyctl run: ")
                .contains(parts);
        assertThat(out.toString()).isEmpty();
        assertThat(secret).doesNotExist();
        assertThat(handedOver).doesNotExist();
    }
}
