package io.mtproxy.tools.process;

import java.time.Duration;

/** Waits for a condition, never for a time. */
public final class Await {

    private static final Duration POLL = Duration.ofMillis(10);

    private Await() {}

    /** Something that will be true. */
    @FunctionalInterface
    public interface Condition {
        /** Is it true now? */
        boolean holds() throws Exception;
    }

    /**
     * Returns as soon as the condition holds.
     *
     * @param what named in the message when it does not
     * @throws IllegalStateException when it does not hold within {@code limit}, or when asking failed
     */
    public static void until(String what, Duration limit, Condition condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds(what, condition)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + limit.toMillis() + " ms: " + what);
            }
            pause(what);
        }
    }

    private static boolean holds(String what, Condition condition) {
        try {
            return condition.holds();
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("while waiting: " + what, e);
        }
    }

    private static void pause(String what) {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static IllegalStateException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting: " + what, e);
    }
}
