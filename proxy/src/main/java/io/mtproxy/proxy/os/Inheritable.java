package io.mtproxy.proxy.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Descriptors that processes share by inheriting them. All are closed on exec: {@link Spawner} passes on what it is told. */
public final class Inheritable {
    private static final int CLOEXEC = 0x80000;
    private static final int MFD_CLOEXEC = 1;

    private Inheritable() {}

    /** Both ends of a pipe. */
    public record Pipe(int reading, int writing) {}

    /** A new pipe. */
    public static Pipe pipe() throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment two = arena.allocate(ValueLayout.JAVA_INT, 2);
            checked(Libc.call("pipe2", two.address(), CLOEXEC, 0));
            return new Pipe(two.getAtIndex(ValueLayout.JAVA_INT, 0), two.getAtIndex(ValueLayout.JAVA_INT, 1));
        }
    }

    /**
     * Memory that is a file without a name in any folder, empty.
     *
     * @param label what {@code /proc} shows
     */
    public static int memory(String label) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            return checked(Libc.call("memfd_create", arena.allocateFrom(label).address(), MFD_CLOEXEC, 0));
        }
    }

    /**
     * The bytes of such memory, shared with all who map it; it grows to that size. To be asked before the process changes its
     * user: then the kernel denies it.
     */
    public static ByteBuffer map(int descriptor, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path(descriptor), StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
        }
    }

    /** How many bytes such memory has. */
    public static long size(int descriptor) throws IOException {
        try (FileChannel channel = FileChannel.open(path(descriptor), StandardOpenOption.READ)) {
            return channel.size();
        }
    }

    /** A name under which a descriptor of ours that is no socket can be opened again; not after a change of user. */
    public static Path path(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /** Gives a descriptor back. */
    public static void close(int descriptor) {
        Libc.call("close", descriptor, 0, 0);
    }

    private static int checked(Libc.Result result) throws OsException {
        if (result.failed()) {
            throw new OsException(Errno.text(result.errno()));
        }
        return result.value();
    }
}
