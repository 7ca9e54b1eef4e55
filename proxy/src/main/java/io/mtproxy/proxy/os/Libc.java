package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls of the C library. Loading this class costs about 50 ms of start-up, so callers look first whether there is
 * anything to do.
 *
 * <p>
 * All functions are linked in one shape, five words in and one word out, which {@link SocketCalls} has too: linking a shape
 * costs 5 ms, linking one more function in it 0.3 ms. On all 64-bit Unix ABIs an integer or pointer argument travels as a sign-extended word, surplus
 * arguments are ignored, and a result is cut to the width that it really has by the caller. Never for variadic functions.
 */
@SuppressWarnings("restricted")
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final FunctionDescriptor WORDS = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    private Libc() {}

    /**
     * Result of a call.
     *
     * @param word the whole result register
     * @param errno meaningful only when the function says that it failed
     */
    record Result(long word, int errno) {
        int value() {
            return (int) word;
        }

        boolean failed() {
            return value() == -1;
        }
    }

    /**
     * Calls a function of the C library by name.
     *
     * @throws UnsupportedOperationException when this system has no such function
     */
    static Result call(String function, long a, long b, long c) {
        MemorySegment symbol = LINKER.defaultLookup().find(function)
                .orElseThrow(() -> new UnsupportedOperationException("no function " + function + " on this system"));
        MethodHandle handle = LINKER.downcallHandle(symbol, WORDS, Linker.Option.captureCallState("errno"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long word = (long) handle.invokeExact(state, a, b, c, 0L, 0L);
            return new Result(word, state.get(ValueLayout.JAVA_INT, ERRNO_AT));
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + function, e);
        }
    }

    /** The system's text for an error number. */
    static String strerror(int errno) {
        MemorySegment text = MemorySegment.ofAddress(call("strerror", errno, 0, 0).word());
        return text.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
