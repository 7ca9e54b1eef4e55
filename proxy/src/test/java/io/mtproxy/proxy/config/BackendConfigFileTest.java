package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mtproxy.proxy.config.BackendConfig.Target;
import io.mtproxy.proxy.config.Refusal.Line;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendConfigFileTest {
    private static final String ENTRY = "'proxy <ip>:<port>;' expected";

    @TempDir
    Path folder;

    @Test
    void readsClustersInOrderAndTargetsOnce() throws Exception {
        BackendConfig config = load("""
                # Telegram's own form
                default 2;
                timeout 10;
                max_connections 20; min_connections 5;
                proxy_for 2 10.0.0.1:80;
                proxy_for 2 10.0.0.2:80;
                proxy_for 2 10.0.0.1:80;
                min_connections 6;
                proxy_for -2 10.0.0.1:80;
                proxy [::1]:443;
                """);
        assertThat(config.clusters()).extracting(BackendConfig.Cluster::id).containsExactly(2, -2, 0);
        assertThat(config.defaultCluster()).isEqualTo(2);
        assertThat(config.timeoutMillis()).isEqualTo(10);
        Target first = new Target(InetAddress.getByName("10.0.0.1"), 80, 6, 20);
        Target second = new Target(InetAddress.getByName("10.0.0.2"), 80, 5, 20);
        assertThat(config.targets())
                .containsExactly(first, second, new Target(InetAddress.getByName("::1"), 443, 6, 20));
        assertThat(config.cluster(2).targets()).containsExactly(first, second, first);
        assertThat(config.cluster(-2).targets()).containsExactly(first);
        assertThat(config.cluster(3)).isNull();
    }

    @Test
    void tellsSizeHashAndTime() throws Exception {
        BackendConfig config = load("proxy 10.0.0.1:1;");
        assertThat(config.bytes()).isEqualTo(17);
        assertThat(config.md5()).isEqualTo("0ffdf857d6a454483238fbaf4911525d");
        assertThat(config.loadedAt()).isEqualTo(77);
        assertThat(config.timeoutMillis()).isZero();
        assertThat(config.defaultCluster()).isZero();
        assertThat(config.targets()).extracting(Target::minConnections, Target::maxConnections)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(4, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default2;proxy_for2 10.0.0.1:1;", "proxy10.0.0.1:1;",
            "proxy\t10.0.0.1 \n # c\r\n : \t1\n;",
            "proxy_for -0 10.0.0.1:1;proxy 10.0.0.1:2;", "proxy_for 007 10.0.0.1:1;", "proxy m:1;#",
            "proxy 10.0.0.1:1; default 32767; default -32768;", "proxy 10.0.0.1:65535;", "proxy a.b-c_d:1;",
            "timeout 30000;max_connections 1000;min_connections 1000;proxy m:1;", "min_connections 1;proxy m:1;"})
    void takesWhatCTakes(String text) throws Exception {
        assertThat(load(text).targets()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "; | 1 | " + ENTRY + " near",
            "Proxy a:1; | 1 | " + ENTRY + " near Proxy a:1;",
            "prox a:1; | 1 | " + ENTRY + " near prox a:1;",
            "{ | 1 | " + ENTRY + " near",
            "proxy m:1;~~~~garbage that is longer | 5 | " + ENTRY + " near garbage that is long ...",
            "proxy m:1;~#;x~\"q\"; | 3 | " + ENTRY + " near \"q\";",
            "proxy_for m:1; | 1 | invalid target id (integer -32768..32767 expected) near m:1;",
            "proxy_form:1; | 1 | invalid target id (integer -32768..32767 expected) near m:1;",
            "default ; | 1 | invalid target id (integer -32768..32767 expected) near ;",
            "default -; | 1 | invalid target id (integer -32768..32767 expected) near -;",
            "default +1; | 1 | invalid target id (integer -32768..32767 expected) near +1;",
            "default 32768; | 1 | invalid target id (integer -32768..32767 expected) near ;",
            "default -32769; | 1 | invalid target id (integer -32768..32767 expected) near ;",
            "default 99999999999999999999; | 1 | invalid target id (integer -32768..32767 expected) near ;",
            "default 1 | 1 | ; expected near",
            "default 1 proxy m:1; | 1 | ; expected near  m:1;",
            "proxy_for 2m:1; | 1 | space expected after target id near m:1;",
            "proxy_for 2~m:1; | 1 | space expected after target id near",
            "proxy ; | 1 | hostname expected near ;",
            "proxy~m:1; | 1 | hostname expected near",
            "proxy m; | 1 | : expected near",
            "proxy m 1; | 1 | : expected near 1;",
            "proxy m:; | 1 | port number expected near ;",
            "proxy m:~1; | 1 | port number expected near",
            "proxy m:0; | 1 | port number expected near ;",
            "proxy m:-1; | 1 | port number expected near -1;",
            "proxy m:65536; | 1 | port number 65536 out of range near ;",
            "proxy m:4294976297; | 1 | port number 4294976297 out of range near ;",
            "proxy m:1 | 1 | ; expected near",
            "proxy m:1,m:2; | 1 | ; expected near ,m:2;",
            "timeout 9; | 1 | invalid timeout near ;",
            "timeout 30001; | 1 | invalid timeout near ;",
            "timeout x; | 1 | invalid timeout near x;",
            "min_connections 0; | 1 | invalid min connections near ;",
            "min_connections 9; | 1 | invalid min connections near ;",
            "max_connections 3; | 1 | invalid max connections near ;",
            "max_connections 1001; | 1 | invalid max connections near ;",
            "proxy_for 1 m:1;~proxy_for 2 m:1;~proxy_for 1 m:1; | 3 | proxies for dc 1 intermixed near ;",
            "default 1;~ | 2 | expected to find a mtproto-proxy configuration with `proxy' directives near",
            "proxy 0.0.0.0:1; | 1 | address of a target expected, not '0.0.0.0', near 0.0.0.0:1;"})
    void namesWhatIsWrongAndWhere(String text, int line, String message) throws IOException {
        assertSyntaxError(text.replace('~', '\n'), "file:" + line + ": fatal: " + message);
    }

    @Test
    void aHostThatCannotBeResolvedTakesTwoLines() throws IOException {
        assertSyntaxError("\nproxy nobody:1;", "file:2: fatal: cannot resolve 'nobody'\n near nobody");
        assertSyntaxError("proxy nobody.nobody.nobody:1;",
                "file:1: fatal: cannot resolve 'nobody.nobody.nobody'\n near nobody.nobody.nobody ...");
    }

    @Test
    void hostNamesHaveALimit() throws Exception {
        assertSyntaxError("proxy " + "m".repeat(64) + ":1;",
                "file:1: fatal: hostname expected near mmmmmmmmmmmmmmmmmmmm ...");
        assertThat(load("proxy " + "m".repeat(63) + ":1;").targets()).hasSize(1);
    }

    @Test
    void aNulByteEndsTheTextButNotTheFile() throws Exception {
        BackendConfig config = load("proxy m:1;\0garbage");
        assertThat(config.targets()).hasSize(1);
        assertThat(config.bytes()).isEqualTo(18);
        assertSyntaxError("proxy m\0:1;", "file:1: fatal: : expected near ");
    }

    @Test
    void targetLinesAndClustersHaveLimits() throws Exception {
        assertThat(load("proxy m:1;".repeat(4096)).targets()).hasSize(1);
        assertSyntaxError("proxy m:1;".repeat(4097), "file:1: fatal: too many targets (4096) near  m:1;");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1024; i++) {
            text.append("proxy_for ").append(i).append(" m:1;\n");
        }
        assertSyntaxError(text + "proxy_for 1023 m:1;", "file:1025: fatal: too many auth clusters near  m:1;");
        text.setLength(text.length() - "proxy_for 1023 m:1;\n".length());
        assertThat(load(text.toString()).clusters()).hasSize(1023);
    }

    @Test
    void aMissingFileIsNamed() {
        Refusal refusal = catchThrowableOfType(Refusal.class,
                () -> BackendConfigFile.load("/no/file", host -> null, 0));
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.usage()).isFalse();
        assertThat(refusal.lines()).containsExactly(
                Line.log("cannot re-read config file /no/file: No such file or directory"),
                Line.bare("config check failed! (code -1)"));
        assertThat(catchThrowableOfType(Refusal.class, () -> BackendConfigFile.load("", host -> null, 0)))
                .hasMessage("cannot re-read config file : No such file or directory");
    }

    @Test
    void aFolderCannotBeRead() {
        String name = folder.toString();
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> BackendConfigFile.load(name, host -> null, 0));
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.lines()).containsExactly(
                Line.bare("error reading configuration file " + name + ": Is a directory"),
                Line.log("error while re-reading config file " + name + ", new configuration NOT applied"),
                Line.bare("config check failed! (code -2)"));
    }

    @Test
    void sizeHasALimit() throws Exception {
        byte[] text = new byte[16 << 20];
        byte[] start = "proxy m:1;".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, text, 0, start.length);
        String name = Files.write(folder.resolve("large"), text).toString();
        assertThat(BackendConfigFile.load(name, BackendConfigFileTest::resolve, 0).bytes()).isEqualTo(16777216);
        Files.write(folder.resolve("large"), new byte[(16 << 20) + 1]);
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> BackendConfigFile.load(name, host -> null, 0));
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal).hasMessage("configuration file " + name + " too long (max 16777216 bytes)");
    }

    private BackendConfig load(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), text, StandardCharsets.ISO_8859_1);
        return BackendConfigFile.load(file.toString(), BackendConfigFileTest::resolve, 77);
    }

    private void assertSyntaxError(String text, String message) throws IOException {
        String name = Files.writeString(folder.resolve("file"), text).toString();
        Refusal refusal = catchThrowableOfType(Refusal.class,
                () -> BackendConfigFile.load(name, BackendConfigFileTest::resolve, 0));
        assertThat(refusal).describedAs("refusal of %s", text).isNotNull();
        assertThat(refusal.exitCode()).isEqualTo(1);
        List<Line> lines = refusal.lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst().prefixed()).isFalse();
        assertThat(lines.getFirst().text().strip()).isEqualTo(folder.resolve(message.strip()).toString());
        assertThat(lines.subList(1, 3)).containsExactly(
                Line.log("error while re-reading config file " + name + ", new configuration NOT applied"),
                Line.bare("config check failed! (code -1)"));
    }

    private static InetAddress resolve(String host) {
        try {
            boolean number = host.startsWith("[") || Character.isDigit(host.charAt(0));
            return host.startsWith("nobody") ? null : InetAddress.getByName(number ? host : "10.9.9.9");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
