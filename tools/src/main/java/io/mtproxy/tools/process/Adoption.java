package io.mtproxy.tools.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes this process the parent of its descendants whose own parents have ended, as a service manager is. A daemon that
 * hands over to a new one leaves an orphan behind: only its parent ever learns how it ends. For the whole process, on Linux.
 */
@SuppressWarnings("restricted") // Java starts processes and adopts none
public final class Adoption implements AutoCloseable {

    private static final int SET_CHILD_SUBREAPER = 36;
    private static final int NO_HANG = 1;
    private static final int SIGNAL = 0x7f;
    /** What a shell adds to the number of a signal. */
    private static final int KILLED = 128;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Linker LINKER = Linker.nativeLinker();

    private final MethodHandle prctl = function("prctl", FunctionDescriptor.of(ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG), Linker.Option.firstVariadicArg(1));
    private final MethodHandle waitpid = function("waitpid", FunctionDescriptor.of(ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    /** From now on, until it is closed. */
    public Adoption() {
        adopt(true);
    }

    private static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        MemorySegment symbol = LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new UnsupportedOperationException("no function " + name + " on this system"));
        return LINKER.downcallHandle(symbol, shape, options);
    }

    private void adopt(boolean yes) {
        int result;
        try {
            result = (int) prctl.invokeExact(SET_CHILD_SUBREAPER, yes ? 1L : 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("prctl", e);
        }
        if (result != 0) {
            throw new UnsupportedOperationException("this system lets no process adopt orphans");
        }
    }

    /**
     * Waits until an adopted process has ended.
     *
     * @return its exit code, or 128 and the number of the signal that has killed it; none when it does not end in time
     * @throws IllegalStateException when it is not ours
     */
    public OptionalInt awaitExit(long pid, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            while (!ended(pid, status)) {
                if (System.nanoTime() > deadline) {
                    return OptionalInt.empty();
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            int word = status.get(ValueLayout.JAVA_INT, 0);
            int signal = word & SIGNAL;
            return OptionalInt.of(signal == 0 ? word >>> Byte.SIZE & 0xff : KILLED + signal);
        }
    }

    private boolean ended(long pid, MemorySegment status) {
        int result;
        try {
            result = (int) waitpid.invokeExact((int) pid, status, NO_HANG);
        } catch (Throwable e) {
            throw new IllegalStateException("waitpid", e);
        }
        if (result < 0) {
            throw new IllegalStateException("process " + pid + " is no child of this one");
        }
        return result == pid;
    }

    @Override
    public void close() {
        adopt(false);
    }
}
