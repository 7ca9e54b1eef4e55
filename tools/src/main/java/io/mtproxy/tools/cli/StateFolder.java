package io.mtproxy.tools.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where the tool keeps what has to survive: never the working directory. */
final class StateFolder {

    /** Of a program that root starts; its home folder is closed to the user that the daemon becomes. */
    private static final Path ROOTS = Path.of("/var/lib/mtproxy");

    private StateFolder() {}

    /** systemd's folder, else XDG's, else root's or the home folder's. */
    static Path path(Map<String, String> environment, boolean root) {
        String systemd = environment.getOrDefault("STATE_DIRECTORY", "");
        if (!systemd.isEmpty()) {
            return Path.of(systemd.split(":", 2)[0]);
        }
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        if (xdg.isEmpty() && root) {
            return ROOTS;
        }
        Path base = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".local", "state") : Path.of(xdg);
        return base.resolve("mtproxy");
    }
}
