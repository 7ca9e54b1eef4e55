package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.BackendConfigFile;
import io.mtproxy.proxy.config.PasswordFile;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.SecretLoader;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.config.SystemResolver;
import io.mtproxy.proxy.log.Log;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads again what can change while the daemon runs: the backend config, the secret files, and where proxies are. */
final class Reload {
    /** The code in the last line when secrets are bad: what C exits with at start. */
    private static final int BAD_SECRETS = -2;

    private Reload() {}

    /**
     * Makes the engine use what the files say now; on any error says why, and leaves everything as it is. Names of proxies are
     * another matter, asked for in any case, and last: files do not wait for a name server that is silent.
     */
    static void apply(Settings settings, @Nullable Refreshing refreshing, Engine engine, Log log, ConfigHistory history,
            long now) {
        files(settings, refreshing, engine, log, history, now);
        engine.lookUp();
    }

    private static void files(Settings settings, @Nullable Refreshing refreshing, Engine engine, Log log,
            ConfigHistory history,
            long now) {
        history.begun();
        try {
            String file = refreshing == null ? settings.configFile() : refreshing.configFile();
            if (file.isEmpty() && refreshing != null && refreshing.hasConfig()) {
                throw Refusal.exit(1, Line.log("refresh: expected the kept config, came none")).notApplied("(kept)",
                        -1);
            }
            BackendConfig backend = file.isEmpty()
                    ? BackendConfig.none(now)
                    : BackendConfigFile.load(file, new SystemResolver(), now);
            List<byte[]> secrets = secrets(settings);
            PasswordFile password = refreshing == null ? null : refreshing.password();
            engine.reload(new Snapshot(backend, secrets, password));
            if (refreshing != null) {
                refreshing.used(backend, password);
            }
            history.succeeded();
            log.line(success(backend));
        } catch (Refusal e) {
            history.failed(e.lines().getFirst().text());
            Main.print(log, e.lines());
        }
    }

    /** The line of a config that is in use now. */
    static String success(BackendConfig backend) {
        if (backend.file().isEmpty()) {
            return "no configuration file; client secrets read, new configuration active";
        }
        return "configuration file " + backend.file() + " re-read successfully (" + backend.bytes()
                + " bytes parsed), new configuration active";
    }

    private static List<byte[]> secrets(Settings settings) throws Refusal {
        try {
            return SecretLoader.load(settings.access().secrets());
        } catch (Refusal e) {
            throw e.notApplied(settings.configFile(), BAD_SECRETS);
        }
    }
}
