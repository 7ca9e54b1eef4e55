package io.mtproxy.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Objects;

/** What must hold for every input. Any thread. */
public final class Oracle {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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
     * Runs a parse and counts what it allocates. One run above the bound may have paid for the loading of classes, so it is
     * tried again; the parse must start afresh each time.
     */
    public static void allocatesAtMost(long bytes, Runnable parse) {
        if (allocated(parse) > bytes) {
            long again = allocated(parse);
            require(again <= bytes, "allocates " + again + " bytes, expected at most " + bytes);
        }
    }

    private static long allocated(Runnable parse) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        parse.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
