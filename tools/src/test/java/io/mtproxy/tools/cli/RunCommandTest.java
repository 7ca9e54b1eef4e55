package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunCommandTest {

    @Test
    void wordsSurviveTheShell() throws Exception {
        List<String> words = List.of("", "a b", "it's", "''", "$HOME `x` \\ \"", "*", "new\nline", "-x");
        Process shell = new ProcessBuilder("/bin/sh", "-c",
                "eval \"set -- $0\"; for a; do printf '%s\\0' \"$a\"; done", ShellWords.quote(words)).start();

        String heard = new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(heard).isEqualTo(String.join("\0", words) + "\0");
    }

    @Test
    void stateIsKeptWhereTheSystemSays() {
        assertThat(StateFolder.path(Map.of("STATE_DIRECTORY", "/var/lib/mtproxy:/x", "XDG_STATE_HOME", "/y"), true))
                .isEqualTo(Path.of("/var/lib/mtproxy"));
        assertThat(StateFolder.path(Map.of("XDG_STATE_HOME", "/y"), true)).isEqualTo(Path.of("/y/mtproxy"));
        assertThat(StateFolder.path(Map.of(), true)).isEqualTo(Path.of("/var/lib/mtproxy"));
        assertThat(StateFolder.path(Map.of(), false))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".local/state/mtproxy"));
    }

    @Test
    void aPublicAddressThatIsNotOursIsTranslated() throws IOException {
        InetAddress own = Inet4Address.getByName("10.1.2.3");

        assertThat(new PublicHost("203.0.113.7", own, true).natRule()).contains("10.1.2.3:203.0.113.7");
        assertThat(new PublicHost("127.0.0.1", own, true).natRule()).as("one of ours").isEmpty();
        assertThat(new PublicHost("10.1.2.3", own, true).natRule()).isEmpty();
        assertThat(new PublicHost("proxy.example.org", own, true).natRule()).isEmpty();
        assertThat(new PublicHost("2001:db8::1", own, true).natRule()).isEmpty();
    }

    @Test
    void anAddressThatNobodyCanReachIsPointedOut() throws IOException {
        InetAddress hidden = Inet4Address.getByName("10.1.2.3");

        assertThat(new PublicHost("10.1.2.3", hidden, false).warning().orElse("")).contains("10.1.2.3",
                "--public-host");
        assertThat(new PublicHost("10.1.2.3", hidden, true).warning()).isEmpty();
        assertThat(new PublicHost("203.0.113.7", InetAddress.getByName("203.0.113.7"), false).warning()).isEmpty();
    }
}
