package io.mtproxy.tools.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyOptionsTest {
    private static final ProxyOptions OPTIONS = new ProxyOptions(Path.of("proxy"), Path.of("here"), Path.of("config"),
            Path.of("password"), List.of(), List.of("-v"));

    @Test
    void furtherVariablesAreAdded() {
        assertThat(OPTIONS.environment(Map.of("A", "1", "B", "2")).environment(Map.of("B", "3")).environment())
                .isEqualTo(Map.of("A", "1", "B", "3"));
    }

    @Test
    void behindASiteItKnowsWhereThatListens() {
        ProxyOptions behind = OPTIONS.environment(Map.of("A", "1")).behind("example.org", 8443);

        assertThat(behind.extra()).containsExactly("-v", "-D", "example.org");
        assertThat(behind.environment()).isEqualTo(Map.of("A", "1", "STATE_DIRECTORY", "here/state",
                "MTPROXY_JVM_FLAGS", "-Dmtproxy.site.port=8443"));
    }
}
