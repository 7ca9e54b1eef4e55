package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.BackendConfigFile;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.SecretLoader;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.config.SystemResolver;
import io.mtproxy.proxy.log.Log;
import java.util.List;

/** Reads again what can change while the daemon runs: the backend config and the secret files. */
final class Reload {
    /** The code in the last line when secrets are bad: what C exits with at start. */
    private static final int BAD_SECRETS = -2;

    private Reload() {}

    /** Makes the engine use what the files say now; on any error says why, and leaves everything as it is. */
    static void apply(Settings settings, Engine engine, Log log, ConfigHistory history, long now) {
        history.begun();
        try {
            BackendConfig backend = settings.configFile().isEmpty()
                    ? BackendConfig.none(now)
                    : BackendConfigFile.load(settings.configFile(), new SystemResolver(), now);
            List<byte[]> secrets = secrets(settings);
            engine.reload(new Snapshot(backend, secrets));
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
