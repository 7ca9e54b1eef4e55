package io.mtproxy.proxy.net;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What the event loops have in common: tasks, timers, buffers and the list of connections to flush. */
abstract class LoopCore implements EventLoop {
    /** Most connections accepted in a row. */
    static final int ACCEPT_BATCH = 64;
    /** How long a listener rests when the process is out of descriptors; a level-triggered loop would spin. */
    static final int ACCEPT_REST_MILLIS = 100;

    final byte[] readBuffer = new byte[HEADROOM + READ_SIZE];
    final LoopMetrics metrics = new LoopMetrics();
    final BugHandler bugs;

    private final byte[] scratch = new byte[HEADROOM + READ_SIZE + HEADROOM];
    private final TimerWheel timers = new TimerWheel(nowMillis());
    private final BufferPool buffers = new BufferPool();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private Connection[] touched = new Connection[64];
    private int touchedCount;
    private long memoryLimit = Long.MAX_VALUE;
    private Runnable shed = () -> {};
    private volatile boolean suspended;
    volatile @Nullable Thread owner;

    LoopCore(BugHandler bugs) {
        this.bugs = bugs;
    }

    /** Makes a waiting loop go on. Any thread. */
    abstract void wakeup();

    @Override
    public final void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != owner) {
            wakeup();
        }
    }

    @Override
    public final void touch(Connection c) {
        if (!c.touched) {
            c.touched = true;
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, 2 * touchedCount);
            }
            touched[touchedCount++] = c;
        }
    }

    /** How long the next poll may wait: milliseconds, 0 = not at all, -1 = for ever. */
    final long waitMillis() {
        return tasks.isEmpty() && touchedCount == 0 ? timers.delayMillis(nowMillis()) : 0;
    }

    /** Whether {@link #run} may return: it was asked to, and nothing is left to do. */
    final boolean mayRest() {
        return suspended && tasks.isEmpty() && touchedCount == 0;
    }

    @Override
    public final void suspend() {
        suspended = true;
        wakeup();
    }

    @Override
    public final void resume() {
        suspended = false;
    }

    /** The rest of an iteration, after the events: tasks, timers, flushes. */
    final void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
        if (timers.size() > 0) {
            try {
                metrics.timersFired += timers.advance(nowMillis());
            } catch (RuntimeException e) {
                bugs.bug(e);
            }
        }
        for (int i = 0; i < touchedCount;) { // flushing may touch further connections
            collectWrites(touchedCount - i);
            for (; i < touchedCount && !hasEnoughWrites(); i++) {
                touched[i].touched = false;
                flush(touched[i]);
            }
            finishWrites();
        }
        Arrays.fill(touched, 0, touchedCount, null);
        touchedCount = 0;
        if (buffers.bytesInUse() > memoryLimit) {
            guarded(shed);
        }
    }

    final void flush(Connection c) {
        try {
            c.flush();
        } catch (RuntimeException e) {
            broken(c, e);
        }
    }

    /** So many connections are about to write: a loop may put their writes together until {@link #finishWrites}. */
    void collectWrites(int connections) {}

    /** Whether {@link #finishWrites} is due. */
    boolean hasEnoughWrites() {
        return false;
    }

    /** Whatever was put together goes out. */
    void finishWrites() {}

    @Override
    public final void limitMemory(long bytes, Runnable whenAbove) {
        memoryLimit = bytes;
        shed = whenAbove;
    }

    /** A bug in one connection's code costs that connection, not the others. */
    final void broken(Connection c, RuntimeException e) {
        bugs.bug(e);
        guarded(() -> c.broken(e));
        abort(c);
    }

    /** Tells of a failure that was found while the owner is still calling us. */
    final void failSoon(Connection c, IOException cause) {
        c.handle = cause;
        execute(() -> {
            if (c.handle == cause) {
                c.handle = null;
                c.failed(cause);
            }
        });
    }

    /** Runs something whose bug must not end the loop. */
    final void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            bugs.bug(e);
        }
    }

    @Override
    public TimerWheel.Timer after(long delayMillis, Runnable task) {
        return timers.schedule(nowMillis(), delayMillis, task);
    }

    @Override
    public void cancel(TimerWheel.@Nullable Timer timer) {
        timers.cancel(timer);
    }

    @Override
    public long left(TimerWheel.@Nullable Timer timer) {
        return TimerWheel.left(timer, nowMillis());
    }

    static long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public final BufferPool buffers() {
        return buffers;
    }

    @Override
    public final byte[] scratch() {
        return scratch;
    }

    @Override
    public final LoopMetrics metrics() {
        return metrics;
    }
}
