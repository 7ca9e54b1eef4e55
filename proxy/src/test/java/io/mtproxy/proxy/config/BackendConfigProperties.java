package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.config.BackendConfigParser.SyntaxError;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BackendConfigProperties {
    private static final Resolver RESOLVER = BackendConfigProperties::resolve;

    @Property
    void anyTextIsReadOrRefusedAtAPlaceInside(@ForAll("almostConfigs") String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            BackendConfig config = new BackendConfigParser("f", bytes, RESOLVER).parse(bytes.length, "", 0);
            assertThat(config.targets()).isNotEmpty();
        } catch (SyntaxError e) {
            String[] parts = e.text().split(":", 3);
            assertThat(parts[0]).isEqualTo("f");
            assertThat(Long.parseLong(parts[1])).isBetween(1L, text.chars().filter(c -> c == '\n').count() + 1);
            assertThat(parts[2]).startsWith(" fatal: ").contains(" near ");
        }
    }

    @Property
    void everyTargetIsInItsClusterAndListedOnce(@ForAll("rows") List<Integer> rows) throws SyntaxError {
        StringBuilder text = new StringBuilder();
        List<Integer> sorted = rows.stream().sorted().toList(); // lines of one cluster have to be adjacent
        for (int row : sorted) {
            text.append("proxy_for ").append(row / 8).append(" 10.0.0.").append(1 + row % 8).append(":80;\n");
        }
        BackendConfig config = new BackendConfigParser("f", text.toString().getBytes(StandardCharsets.US_ASCII),
                RESOLVER)
                .parse(0, "", 0);
        assertThat(config.targets()).doesNotHaveDuplicates();
        assertThat(config.clusters().stream().mapToInt(c -> c.targets().size()).sum()).isEqualTo(rows.size());
        assertThat(config.targets())
                .containsExactlyInAnyOrderElementsOf(
                        config.clusters().stream().flatMap(c -> c.targets().stream()).distinct().toList());
    }

    @Provide
    Arbitrary<String> almostConfigs() {
        return Arbitraries
                .of("proxy", "proxy_for", "default", "timeout", "min_connections", "max_connections", ";", ":", " ",
                        "\n",
                        "#", "10.0.0.1", "[::1]", "name", "-", "2", "80", "99999999999", "\0", "\r", "{", "é", "65535")
                .list().ofMaxSize(20).map(words -> String.join("", words));
    }

    @Provide
    Arbitrary<List<Integer>> rows() {
        return Arbitraries.integers().between(0, 63).list().ofMinSize(1).ofMaxSize(30);
    }

    private static InetAddress resolve(String host) {
        try {
            return host.equals("name") ? null : InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host.hashCode()});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
