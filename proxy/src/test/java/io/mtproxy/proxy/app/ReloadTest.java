package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.cli.CommandLine;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.log.Log;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Log log = new Log(lines, 1, InstantSource.system());
    private final Recorder engine = new Recorder();
    private final ConfigHistory history = new ConfigHistory();
    private Path config;
    private Path secrets;
    private Settings settings;

    private static final class Recorder implements Engine {
        private final List<Snapshot> taken = new ArrayList<>();
        private int lookedUp;

        @Override
        public boolean run() {
            return true;
        }

        @Override
        public void stop() {}

        @Override
        public void reload(Snapshot next) {
            taken.add(next);
        }

        @Override
        public void lookUp() {
            lookedUp++;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws Exception {
        config = Files.writeString(folder.resolve("config"), "proxy 10.0.0.1:80;");
        secrets = Files.writeString(folder.resolve("secrets"), "aa".repeat(16));
        settings = CommandLine
                .parse("prog", List.of("--mtproto-secret-file", secrets.toString(), config.toString()), false,
                        increment -> {})
                .settings();
    }

    @Test
    void givesTheEngineWhatTheFilesSayNow() throws Exception {
        Files.writeString(config, "proxy 10.0.0.1:80; proxy 10.0.0.2:80;");
        Files.writeString(secrets, "aa".repeat(16) + "\n" + "bb".repeat(16));
        Reload.apply(settings, null, engine, log, history, 77);
        assertThat(engine.taken).hasSize(1);
        assertThat(engine.taken.getFirst().backend().targets()).hasSize(2);
        assertThat(engine.taken.getFirst().backend().loadedAt()).isEqualTo(77);
        assertThat(engine.taken.getFirst().secrets()).hasSize(2);
        assertThat(engine.lookedUp).isEqualTo(1);
        assertThat(history.view()).isEqualTo(new ConfigHistory.View(2, 1, 1, ""));
        assertThat(text()).contains(
                "configuration file " + config + " re-read successfully (37 bytes parsed), new configuration active\n");
    }

    @Test
    void aBadConfigChangesNothing() throws Exception {
        Files.writeString(config, "proxy");
        Reload.apply(settings, null, engine, log, history, 77);
        assertThat(engine.taken).isEmpty();
        assertThat(engine.lookedUp).as("names of proxies are another matter").isEqualTo(1);
        assertThat(text()).contains(":1: fatal: hostname expected near ", ", new configuration NOT applied\n",
                "config check failed! (code -1)\n");
        assertThat(history.view())
                .isEqualTo(new ConfigHistory.View(2, 1, 0, config + ":1: fatal: hostname expected near"));
    }

    @Test
    void theNextGoodConfigClearsTheError() throws Exception {
        Files.writeString(config, "proxy no-such-host:1;");
        Reload.apply(settings, null, engine, log, history, 77);
        assertThat(history.view().lastError()).contains("cannot resolve 'no-such-host' near").doesNotContain("\n");
        Files.writeString(config, "proxy 10.0.0.2:80;");
        Reload.apply(settings, null, engine, log, history, 78);
        assertThat(history.view()).isEqualTo(new ConfigHistory.View(3, 2, 1, ""));
    }

    @Test
    void badSecretsChangeNothingEither() throws Exception {
        Files.delete(secrets);
        Reload.apply(settings, null, engine, log, history, 77);
        assertThat(engine.taken).isEmpty();
        assertThat(text()).contains("cannot open mtproto secret file '" + secrets + "': No such file or directory\n",
                "error while re-reading config file " + config + ", new configuration NOT applied\n",
                "config check failed! (code -2)\n");
    }

    private String text() {
        return lines.toString(StandardCharsets.UTF_8);
    }
}
