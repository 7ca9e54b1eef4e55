package io.mtproxy.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.Objects;

/** What must hold for every input. Any thread. */
public final class Oracle {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 5;
    /**
     * Jazzer's switch of its hooks (see {@code tests/fuzz/run}), which allocate about 1 KB at each comparison of strings, so
     * that a word that is looked up in a table costs 70 KB. Null without Jazzer.
     */
    private static final Field HOOKS = findHooks();

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
     * it costs each time, while the JVM's own work (classes loaded and instrumented, call sites linked) falls upon some runs.
     * The fuzzer's own work falls upon each, so that its hooks rest meanwhile. The parse must start afresh each time.
     */
    public static void allocatesAtMost(long bytes, Runnable parse) {
        long least = allocated(parse);
        if (least > bytes) {
            hooks(false);
            try {
                for (int run = 1; run < RUNS && least > bytes; run++) {
                    least = Math.min(least, allocated(parse));
                }
            } finally {
                hooks(true);
            }
        }
        require(least <= bytes, "allocates " + least + " bytes, expected at most " + bytes);
    }

    private static long allocated(Runnable parse) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        parse.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Turns the hooks on or off, where there are any. */
    private static void hooks(boolean on) {
        try {
            if (HOOKS != null) {
                HOOKS.setBoolean(null, on);
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field findHooks() {
        try {
            return Class.forName("com.code_intelligence.jazzer.runtime.JazzerInternal").getField("hooksEnabled");
        } catch (ClassNotFoundException e) {
            return null; // the stored inputs are replayed without Jazzer
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("another Jazzer than expected", e);
        }
    }
}
