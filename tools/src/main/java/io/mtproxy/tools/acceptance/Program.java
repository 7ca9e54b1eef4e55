package io.mtproxy.tools.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program with the command line of the C proxy.
 *
 * @param role its part
 * @param executable absolute path
 */
public record Program(Role role, Path executable) {

    /** IllegalArgumentException when nobody could start it. */
    public Program {
        executable = executable.toAbsolutePath();
        if (!Files.isRegularFile(executable) || !Files.isExecutable(executable)) {
            throw new IllegalArgumentException(
                    role.label() + " " + executable + ": no such program (expected: the path of an executable file)");
        }
    }
}
