package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What {@code -d} does: a session of our own, and standard streams that lead nowhere or into a file. */
public final class Session {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private Session() {}

    /** Leaves the terminal. A process that leads its group keeps its session, as in C. */
    public static void leave() {
        Libc.call("setsid", 0, 0, 0);
    }

    /**
     * Points the standard streams at /dev/null, then 1 and 2 at a file.
     *
     * @param file appended to; null = stay at /dev/null
     * @throws OsException when the file cannot be opened; 1 and 2 are at /dev/null then
     */
    public static void redirect(@Nullable String file) throws OsException {
        duplicate("/dev/null", "r+", 0, STDOUT, STDERR);
        if (file != null) {
            duplicate(file, "a", STDOUT, STDERR);
        }
    }

    private static void duplicate(String file, String mode, int... targets) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file);
            Libc.Result stream = Libc.call("fopen", name.address(), arena.allocateFrom(mode).address(), 0);
            if (stream.word() == 0) {
                throw new OsException(Libc.strerror(stream.errno()));
            }
            int fd = Libc.call("fileno", stream.word(), 0, 0).value();
            for (int target : targets) {
                Libc.call("dup2", fd, target, 0);
            }
            Libc.call("fclose", stream.word(), 0, 0);
        }
    }
}
