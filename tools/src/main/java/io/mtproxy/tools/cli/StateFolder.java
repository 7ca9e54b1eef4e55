package io.mtproxy.tools.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where the tool keeps what has to survive: never the working directory. */
final class StateFolder {

    private StateFolder() {}

    /** systemd's folder, else XDG's, else the home folder's. */
    static Path path(Map<String, String> environment) {
        String systemd = environment.getOrDefault("STATE_DIRECTORY", "");
        if (!systemd.isEmpty()) {
            return Path.of(systemd.split(":", 2)[0]);
        }
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".local", "state") : Path.of(xdg);
        return base.resolve("mtproxy");
    }
}
