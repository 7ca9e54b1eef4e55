package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.os.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The directory for what the daemon wants to know again after a restart; never the working directory. It may lose it, so
 * having none is no error.
 */
final class StateDirectory {
    private static final String NAME = "mtproxy";
    private static final Path SYSTEM = Path.of("/var/lib", NAME);

    private StateDirectory() {}

    /**
     * The first of these that can be used, made when it is missing: {@code $STATE_DIRECTORY} (systemd's),
     * {@code $XDG_STATE_HOME/mtproxy}, {@code /var/lib/mtproxy}, {@code ~/.local/state/mtproxy}.
     *
     * @param environment value of a variable, null when it is not set
     * @param user whom a directory that root makes is given to, since the daemon is going to become that user
     * @return null when none can be used
     */
    static @Nullable Path choose(UnaryOperator<@Nullable String> environment, String user, Log log) {
        return choose(candidates(environment, SYSTEM), user, log);
    }

    static @Nullable Path choose(List<Path> candidates, String user, Log log) {
        for (Path candidate : candidates) {
            try {
                if (!Files.isDirectory(candidate)) {
                    Files.createDirectories(candidate);
                    give(candidate, user);
                }
                if (Files.isWritable(candidate)) {
                    return candidate;
                }
            } catch (IOException e) {
                log.line(1, "cannot use " + candidate + " as state directory: " + LogStream.reason(e));
            }
        }
        return null;
    }

    static List<Path> candidates(UnaryOperator<@Nullable String> environment, Path system) {
        List<Path> candidates = new ArrayList<>();
        String given = environment.apply("STATE_DIRECTORY");
        add(given == null || given.indexOf(':') < 0 ? given : given.substring(0, given.indexOf(':')), "", candidates);
        add(environment.apply("XDG_STATE_HOME"), NAME, candidates);
        candidates.add(system);
        String home = environment.apply("HOME");
        add(home == null ? System.getProperty("user.home") : home, ".local/state/" + NAME, candidates);
        return candidates;
    }

    /** A relative one would be somewhere below the working directory. */
    private static void add(@Nullable String directory, String below, List<Path> to) {
        if (directory != null && directory.startsWith("/") && directory.indexOf('\0') < 0) {
            to.add(Path.of(directory, below));
        }
    }

    private static void give(Path directory, String user) {
        if (Users.root()) {
            try {
                Files.setOwner(directory,
                        directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
            } catch (IOException e) {
                // there is no such user: the start is going to fail and say why
            }
        }
    }
}
