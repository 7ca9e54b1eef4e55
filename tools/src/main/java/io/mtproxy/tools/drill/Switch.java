package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The symlink by which the service names its program. */
final class Switch {

    private final Path link;

    Switch(Path directory) {
        link = directory.resolve("current");
    }

    /** Leads it to another program, in one step: at no time is there none. */
    void to(Program program) throws IOException {
        Path next = link.resolveSibling("current.next");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, program.executable());
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the service starts. */
    Path path() {
        return link;
    }
}
