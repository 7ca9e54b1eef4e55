package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemResolverTest {
    @TempDir
    Path folder;

    private SystemResolver resolver;

    @BeforeEach
    void hosts() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), """
                # comment
                10.0.0.1 first\tdotted.name
                  10.0.0.2   first second # third
                ::1 six
                0.0.0.0 nowhere
                10.0.0.300 bad
                10.0.0.4
                10.0.0.5 8.8.8.8
                """);
        resolver = new SystemResolver(hosts.toString());
    }

    @Test
    void theFirstLineOfTheHostsFileWins() {
        assertThat(address("first")).isEqualTo("10.0.0.1");
        assertThat(address("dotted.name")).isEqualTo("10.0.0.1");
        assertThat(address("second")).isEqualTo("10.0.0.2");
        assertThat(address("third")).isEqualTo("10.0.0.2"); // C knows no comments behind names
        assertThat(address("8.8.8.8")).isEqualTo("10.0.0.5");
    }

    @Test
    void namesWithoutADotAreLookedUpNowhereElse() {
        assertThat(resolver.resolve("six")).isNull();
        assertThat(resolver.resolve("nowhere")).isNull();
        assertThat(resolver.resolve("bad")).isNull();
        assertThat(resolver.resolve("First")).isNull();
        assertThat(resolver.resolve("2130706433")).isNull();
    }

    @Test
    void numbersNeedNoHostsFile() {
        assertThat(address("127.1")).isEqualTo("127.0.0.1");
        assertThat(resolver.resolve("127.08.0.1")).isNull();
        assertThat(new SystemResolver("/no/file").resolve("2130706433").getHostAddress()).isEqualTo("127.0.0.1");
    }

    @Test
    void bracketsMeanIpv6() {
        assertThat(address("[::1]")).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(resolver.resolve("[127.0.0.1]")).isNull();
        assertThat(resolver.resolve("[]")).isNull();
        assertThat(resolver.resolve("[::1")).isNull();
        assertThat(resolver.resolve("[x:y]")).isNull();
    }

    private String address(String host) {
        return resolver.resolve(host).getHostAddress();
    }
}
