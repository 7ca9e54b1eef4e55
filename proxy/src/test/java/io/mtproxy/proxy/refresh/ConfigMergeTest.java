package io.mtproxy.proxy.refresh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigMergeTest {
    private static String merge(String first, String second) {
        return new String(ConfigMerge.merge(first.getBytes(ISO_8859_1), second.getBytes(ISO_8859_1)), ISO_8859_1);
    }

    /** One after the other they would be refused: lines of a data centre stand together. */
    @Test
    void targetsStandBehindThoseOfTheirDataCentre() {
        assertThat(merge("""
                # force_probability 10 10
                default 2;
                proxy_for 1 10.0.0.1:8888;
                proxy_for -1 10.0.0.1:8888;
                proxy_for 2 10.0.0.2:8888;
                proxy_for 2 10.0.0.3:8888;
                """, """
                # force_probability 1 1
                default 3;
                proxy_for 2 [2001:db8::2]:8888;
                proxy_for 1 [2001:db8::1]:8888; # the first
                proxy_for 7 [2001:db8::7]:8888;
                proxy_for -1 [2001:db8::1]:8888;
                """)).isEqualTo("""
                # force_probability 10 10
                default 2;
                proxy_for 1 10.0.0.1:8888;
                proxy_for 1 [2001:db8::1]:8888; # the first
                proxy_for -1 10.0.0.1:8888;
                proxy_for -1 [2001:db8::1]:8888;
                proxy_for 2 10.0.0.2:8888;
                proxy_for 2 10.0.0.3:8888;
                proxy_for 2 [2001:db8::2]:8888;
                proxy_for 7 [2001:db8::7]:8888;
                """);
    }

    @Test
    void otherStatementsOfTheSecondAreLeft() {
        assertThat(merge("proxy_for 1 a:1;", "proxy b:2;\nmin_connections 3;\nproxy_for 1 b:2; proxy_for 2 c:3;\n"))
                .isEqualTo("proxy_for 1 a:1;\n");
    }
}
