package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MtproxyctlTest {

    private static final String SECRET = "00112233445566778899aabbccddeeff";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return Mtproxyctl.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "run", "upgrade", "drain", "simulate", "load", "probe", "fingerprint", "dual-run",
            "drill",
            "stability"})
    void everyCommandHasHelp(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: mtproxyctl " + command);
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("  " + command);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongUsageIsNamed(String message, String[] arguments) {
        assertThat(execute(arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(message).doesNotContain(SECRET);
    }

    static Stream<Object[]> wrong() {
        return Stream.of(wrong("Missing required subcommand"),
                wrong("Unmatched argument", "fly"),
                wrong("Missing required option: '--dir=DIR'", "simulate"),
                wrong("--aes-pwd", "run", "--config", "x"),
                wrong("'localhost' (expected: HOST:PORT)", "load", "--proxy", "localhost"),
                wrong("port '70000' (expected: 0..65535)", "load", "--proxy", "localhost:70000"),
                wrong("secret of 33 characters", "load", "--proxy", "h:1", "--secret", SECRET + "0"),
                wrong("segments: 0", "load", "--proxy", "h:1", "--secret", "ee" + SECRET + "61", "--segments", "0"),
                wrong("no domain", "probe", "--proxy", "h:1", "--site", "h:2"),
                wrong("no probe is named x", "probe", "--proxy", "h:1", "--site", "h:2", "--domain", "d", "--only",
                        "x"),
                wrong("a secret without a site", "fingerprint", "--proxy", "h:1", "--site", "h:2", "--secret", SECRET),
                wrong("rounds: 0", "probe", "--proxy", "h:1", "--site", "h:2", "--domain", "d", "--rounds", "0"),
                wrong("value 'all' of --only: expected one of burst; ", "stability", "--only", "all"),
                wrong("Missing required option: '--reference=PATH'", "drill"),
                wrong("--rounds 2 (expected with --upgrade: 3 or more)", "drill", "--upgrade", "--reference",
                        "/bin/true", "--candidate", "/bin/true", "--rounds", "2"),
                wrong("transport", "load", "--proxy", "h:1", "--transport", "carrier-pigeon"),
                wrong("clients: 0 (expected: > 0)", "load", "--proxy", "127.0.0.1:1", "--clients", "0"),
                wrong("least size: 9 (expected: 0..3)", "load", "--proxy", "127.0.0.1:1", "--size", "9-3"),
                wrong("--to /nowhere: no such program", "upgrade", "--to", "/nowhere"),
                wrong("'soon' (expected: a number of seconds, 0 or more)", "drain", "--within", "soon"),
                wrong("Invalid value for option '--pid'", "drain", "--pid", "all"),
                wrong("'12Q'", "load", "--proxy", "127.0.0.1:1", "--bytes", "12Q"),
                wrong("chunk: 1001", "load", "--proxy", "127.0.0.1:1", "--chunk", "1001"));
    }

    private static Object[] wrong(String message, String... arguments) {
        return new Object[] {message, arguments};
    }

    @Test
    void failuresAreOneLineAndExitCodeOne() {
        assertThat(execute("simulate", "--dir", "/dev/null/x")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("mtproxyctl simulate: ");
    }

    @Test
    void ofAProxyThatIsNotThereEveryClientFails() {
        int nobody = 1;

        assertThat(execute("load", "--proxy", "127.0.0.1:" + nobody, "--clients", "4", "--json", "-")).isEqualTo(1);

        assertThat(out.toString()).contains("\"ok\":false", "\"transport\":\"padded\"", "\"connection refused\":2",
                "\"p99\":0");
    }
}
