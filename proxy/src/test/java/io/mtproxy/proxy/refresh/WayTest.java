package io.mtproxy.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WayTest {
    @TempDir
    private Path folder;

    @Test
    void hasTheUsualBounds() throws Exception {
        Way way = Way.of(null, "http://proxy.test:3128");
        assertThat(way.connect()).isEqualTo(Duration.ofSeconds(10));
        assertThat(way.all()).isEqualTo(Duration.ofSeconds(30));
        assertThat(way.trust()).isNull();
        assertThat(way.proxy()).isEqualTo(InetSocketAddress.createUnresolved("proxy.test", 3128));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://127.0.0.1:1080", "https://proxy.test:443", "proxy.test:3128", "http://proxy.test",
            "http://proxy.test:70000", "http://user:password@proxy.test:1", "http://proxy.test:1/path", "", "::",
            "http://"})
    void otherProxiesAreRefused(String proxy) {
        assertThatThrownBy(() -> Way.of(null, proxy)).isInstanceOf(IOException.class).hasMessageContaining(
                "proxy \"" + proxy + "\": expected http://host:port (no other kind is supported, nor a password)");
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "");
        assertThatThrownBy(() -> Way.of(empty.toString(), null))
                .hasMessage(empty + ": expected certificates in PEM form, came none");
        Path other = Files.writeString(folder.resolve("other"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        assertThatThrownBy(() -> Way.of(other.toString(), null))
                .hasMessageStartingWith(other + ": expected certificates in PEM form, came");
        assertThatThrownBy(() -> Way.of(folder.resolve("none").toString(), null)).isInstanceOf(IOException.class);
    }
}
