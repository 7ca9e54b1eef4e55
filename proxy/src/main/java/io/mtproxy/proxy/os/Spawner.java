package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Starts programs that inherit chosen descriptors and the standard streams, nothing else: {@code posix_spawn}, because a JVM
 * cannot fork and {@link ProcessBuilder} closes every descriptor. For Linux; an object belongs to one thread.
 */
@SuppressWarnings("restricted")
public final class Spawner implements AutoCloseable {
    /** Which descriptor the first inherited one is in the program that is started. */
    public static final int FIRST = 3;

    private static final int SETSIGDEF = 4;
    private static final int SETSIGMASK = 8;
    /** More than {@code posix_spawnattr_t} and {@code posix_spawn_file_actions_t} have anywhere. */
    private static final long OPAQUE = 512;
    private static final long SIGNAL_SET = 128;
    /**
     * HUP, INT, USR1, TERM and CHLD begin with their default action. What else was ignored when we were started stays so:
     * the launcher ignores IO, because a JVM cannot.
     */
    private static final long DEFAULTS = 1L | 1L << 1 | 1L << 9 | 1L << 14 | 1L << 16;
    private static final String CLOSE_FROM = "posix_spawn_file_actions_addclosefrom_np";

    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final MethodHandle SPAWN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("posix_spawn"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, WORD, WORD, WORD, WORD, WORD, WORD));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment actions = arena.allocate(OPAQUE, Long.BYTES);
    private final MemorySegment attributes = arena.allocate(OPAQUE, Long.BYTES);

    /** @param descriptors what the programs inherit, as {@value #FIRST} and the numbers after it */
    public Spawner(List<Integer> descriptors) throws OsException {
        checked("posix_spawnattr_init", attributes.address(), 0, 0);
        checked("posix_spawnattr_setflags", attributes.address(), SETSIGDEF | SETSIGMASK, 0);
        checked("posix_spawnattr_setsigmask", attributes.address(), arena.allocate(SIGNAL_SET, Long.BYTES).address(),
                0);
        MemorySegment defaults = arena.allocate(SIGNAL_SET, Long.BYTES);
        defaults.set(WORD, 0, DEFAULTS);
        checked("posix_spawnattr_setsigdefault", attributes.address(), defaults.address(), 0);
        checked("posix_spawn_file_actions_init", actions.address(), 0, 0);
        pass(descriptors);
    }

    /** In two steps, because a number that one gets may be that of another. */
    private void pass(List<Integer> descriptors) throws OsException {
        int end = FIRST + descriptors.size();
        int aside = end;
        for (int descriptor : descriptors) {
            aside = Math.max(aside, descriptor + 1);
        }
        for (int i = 0; i < descriptors.size(); i++) {
            duplicate(descriptors.get(i), aside + i);
        }
        for (int i = 0; i < descriptors.size(); i++) {
            duplicate(aside + i, FIRST + i);
        }
        if (LINKER.defaultLookup().find(CLOSE_FROM).isPresent()) {
            checked(CLOSE_FROM, actions.address(), end, 0);
        } else { // a C library without it: ours are all closed on exec, except these
            for (int i = 0; i < descriptors.size(); i++) {
                checked("posix_spawn_file_actions_addclose", actions.address(), aside + i, 0);
            }
        }
    }

    private void duplicate(int from, int to) throws OsException {
        checked("posix_spawn_file_actions_adddup2", actions.address(), from, to);
    }

    /**
     * Starts a program with the niceness, user, folder and limits of this process.
     *
     * @param arguments the whole argument list, the program's name first
     * @param environment {@code NAME=value} each
     * @return its process id
     */
    public long spawn(String program, List<byte[]> arguments, List<byte[]> environment) throws OsException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment pid = call.allocate(ValueLayout.JAVA_INT);
            int error = (int) SPAWN.invokeExact(pid.address(), call.allocateFrom(program).address(), actions.address(),
                    attributes.address(), strings(call, arguments), strings(call, environment));
            if (error != 0) {
                throw new OsException(Errno.text(error));
            }
            return pid.get(ValueLayout.JAVA_INT, 0);
        } catch (OsException e) {
            throw e;
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    private static long strings(Arena arena, List<byte[]> strings) {
        MemorySegment pointers = arena.allocate(WORD, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            byte[] bytes = strings.get(i);
            MemorySegment string = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
            pointers.setAtIndex(WORD, i, string.address());
        }
        return pointers.address();
    }

    /** These functions return their error. */
    private static void checked(String function, long a, long b, long c) throws OsException {
        int error = Libc.call(function, a, b, c).value();
        if (error != 0) {
            throw new OsException(Errno.text(error));
        }
    }

    @Override
    public void close() {
        Libc.call("posix_spawn_file_actions_destroy", actions.address(), 0, 0);
        Libc.call("posix_spawnattr_destroy", attributes.address(), 0, 0);
        arena.close();
    }
}
