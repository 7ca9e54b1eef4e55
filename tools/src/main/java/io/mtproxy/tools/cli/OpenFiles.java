package io.mtproxy.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many connections the limit of open files allows; as root the daemon refuses to start with more. */
final class OpenFiles {

    /** The daemon's own maximum and default. */
    static final int MAX_CONNECTIONS = 65_536;

    /** Descriptors that the daemon wants besides those of connections. */
    private static final int OTHERS = 16;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String NAME = "Max open files";

    private OpenFiles() {}

    /** The hard limit of this process, which the daemon inherits. */
    static long hardLimit() throws IOException {
        return hardLimit(Files.readAllLines(LIMITS));
    }

    /** From lines as "Max open files   1024   4096   files": name, soft limit, hard limit, unit. */
    static long hardLimit(List<String> lines) throws IOException {
        String line = lines.stream().filter(each -> each.startsWith(NAME)).findFirst()
                .orElseThrow(() -> new IOException(LIMITS + ": no line '" + NAME + "'"));
        String hard = line.substring(NAME.length()).strip().split("\\s+", 3)[1];
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    /** At least one: the daemon takes 0 for its maximum. */
    static int connections(long hardLimit) {
        return Math.clamp(hardLimit - OTHERS, 1, MAX_CONNECTIONS);
    }
}
