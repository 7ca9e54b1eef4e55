package io.mtproxy.proxy.net;

import org.jspecify.annotations.Nullable;

/**
 * The timers of a loop: a hashed wheel with ticks of {@value #TICK_MILLIS} ms, setting and cancelling in constant time.
 * A timer never fires early and at most one tick late (plus what the loop is busy).
 */
public final class TimerWheel {
    /** Resolution. */
    public static final int TICK_MILLIS = 8;
    private static final int SLOTS = 512;

    private final Timer[] slots = new Timer[SLOTS];
    private final long[] occupied = new long[SLOTS / 64];
    private long tick;
    private int size;

    /** Starts at the given time; all times are milliseconds of one monotonic clock. */
    public TimerWheel(long nowMillis) {
        tick = nowMillis / TICK_MILLIS;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Timer();
        }
    }

    /** A task that waits for its time. */
    public static final class Timer {
        private Timer previous = this;
        private Timer next = this;
        private int slot = -1;
        private long due;
        /** null once it has fired or been cancelled */
        private @Nullable Runnable task;
    }

    /** Runs the task once, {@code delayMillis} from {@code nowMillis}. */
    public Timer schedule(long nowMillis, long delayMillis, Runnable task) {
        if (size == 0) {
            tick = Math.max(tick, nowMillis / TICK_MILLIS);
        }
        Timer timer = new Timer();
        timer.task = task;
        timer.due = Math.max(tick + 1, (nowMillis + Math.max(0, delayMillis) + TICK_MILLIS - 1) / TICK_MILLIS);
        int slot = (int) (timer.due % SLOTS);
        timer.slot = slot;
        Timer head = slots[slot];
        timer.previous = head.previous;
        timer.next = head;
        head.previous.next = timer;
        head.previous = timer;
        occupied[slot >> 6] |= 1L << slot;
        size++;
        return timer;
    }

    /** Forgets a timer; null and fired ones are ignored. */
    public void cancel(@Nullable Timer timer) {
        if (timer != null && timer.task != null) {
            unlink(timer);
        }
    }

    /** Milliseconds until a timer is due, 0 when it is late; -1 for null and for one that has fired or was cancelled. */
    public static long left(@Nullable Timer timer, long nowMillis) {
        return timer == null || timer.task == null ? -1 : Math.max(0, timer.due * TICK_MILLIS - nowMillis);
    }

    /** Milliseconds until the next timer may be due; -1 when there is none. */
    public long delayMillis(long nowMillis) {
        if (size == 0) {
            return -1;
        }
        int distance = 1;
        while (distance < SLOTS && !isOccupied((int) ((tick + distance) % SLOTS))) {
            distance++;
        }
        return Math.max(0, (tick + distance) * TICK_MILLIS - nowMillis);
    }

    /** Runs what is due; tasks may set and cancel timers. Returns how many ran. */
    public int advance(long nowMillis) {
        long target = nowMillis / TICK_MILLIS;
        if (size == 0) {
            tick = Math.max(tick, target);
            return 0;
        }
        int fired = 0;
        while (tick < target) {
            tick++;
            int slot = (int) (tick % SLOTS);
            if (isOccupied(slot)) {
                fired += fire(slots[slot], tick);
            }
        }
        return fired;
    }

    /** Timers that wait. */
    public int size() {
        return size;
    }

    private int fire(Timer head, long now) {
        int fired = 0;
        Timer timer = head.next;
        while (timer != head) {
            Timer following = timer.next;
            Runnable task = timer.task;
            if (task != null && timer.due <= now) {
                unlink(timer);
                task.run();
                fired++;
                // the task may have cancelled the following one; start over, what is due has been unlinked
                following = head.next;
            }
            timer = following;
        }
        return fired;
    }

    private void unlink(Timer timer) {
        timer.previous.next = timer.next;
        timer.next.previous = timer.previous;
        timer.previous = timer;
        timer.next = timer;
        timer.task = null;
        size--;
        Timer head = slots[timer.slot];
        if (head.next == head) {
            occupied[timer.slot >> 6] &= ~(1L << timer.slot);
        }
    }

    private boolean isOccupied(int slot) {
        return (occupied[slot >> 6] & 1L << slot) != 0;
    }
}
