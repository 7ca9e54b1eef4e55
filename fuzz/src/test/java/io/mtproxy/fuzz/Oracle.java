package io.mtproxy.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Objects;

/** What must hold for every input. Any thread. */
public final class Oracle {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 5;

    private Oracle() {}

    /** AssertionError with that text unless the condition holds. */
    public static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** AssertionError unless the two are equal. */
    public static void same(Object got, Object expected, String what) {
        if (!Objects.equals(got, expected)) {
            throw new AssertionError(what + ": " + got + ", expected " + expected);
        }
    }

    /**
     * Runs a parse and counts what it allocates. Runs above the bound are repeated and the least counts: what an input costs
     * it costs each time, while the JVM's own work (classes loaded and instrumented, call sites linked or recompiled) falls
     * upon some runs. The parse must start afresh each time.
     */
    public static void allocatesAtMost(long bytes, Runnable parse) {
        long least = allocated(parse);
        for (int run = 1; run < RUNS && least > bytes; run++) {
            least = Math.min(least, allocated(parse));
        }
        require(least <= bytes, "allocates " + least + " bytes, expected at most " + bytes);
    }

    private static long allocated(Runnable parse) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        parse.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
