package io.mtproxy.proxy.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The log of one process: C's line formats, one write per line. Any thread.
 *
 * <p>
 * A line that cannot be written is dropped, as C does: a full disk or a closed pipe must not stop the traffic.
 */
public final class Log {
    /** C formats into a buffer of PIPE_BUF bytes, so that lines of several processes do not mix; longer lines are cut. */
    static final int MAX_LINE = 4096;

    private final long pid;
    private final InstantSource clock;
    private final LocalTime time = LocalTime.ofSystem();
    private final Object lock = new Object();
    private OutputStream out;
    private boolean closeable;
    private volatile int verbosity;
    private volatile String tag = "";
    private final AtomicInteger warnings = new AtomicInteger();

    /**
     * A log of verbosity 0.
     *
     * @param out where lines go until {@link #to}; not closed
     */
    public Log(OutputStream out, long pid, InstantSource clock) {
        this.out = out;
        this.pid = pid;
        this.clock = clock;
    }

    /** An unconditional line. */
    public void line(String text) {
        Instant now = clock.instant();
        StringBuilder line = new StringBuilder(64 + text.length());
        line.append('[').append(pid).append("][");
        time.append(line, now);
        line.append(" local] ").append(tag).append(text);
        write(line);
    }

    /** A line that is printed at that verbosity or above. */
    public void line(int level, String text) {
        if (on(level)) {
            line(text);
        }
    }

    /** A line, printed at that verbosity or above, that tells of something that is not as it was asked for; it is counted. */
    public void warning(int level, String text) {
        warnings.incrementAndGet();
        line(level, text);
    }

    /** An unconditional warning. */
    public void warning(String text) {
        warnings.incrementAndGet();
        line(text);
    }

    /** A warning without any prefix. */
    public void rawWarning(String text) {
        warnings.incrementAndGet();
        raw(text);
    }

    /** How many warnings there were. */
    public int warnings() {
        return warnings.get();
    }

    /** A line in the form that C's signal handlers use. */
    public void signal(String text) {
        StringBuilder line = new StringBuilder(64);
        line.append("[pid ").append(pid).append("] [time ").append(clock.instant().getEpochSecond()).append("] ");
        write(line.append(tag).append(text));
    }

    /** A line without any prefix. */
    public void raw(String text) {
        write(new StringBuilder(text));
    }

    /** Whether lines of that level are printed. */
    public boolean on(int level) {
        return verbosity >= level;
    }

    public int verbosity() {
        return verbosity;
    }

    public void verbosity(int level) {
        verbosity = level;
    }

    /** Marks all further prefixed lines, for example with {@code "[worker 1] "}; empty = no mark. */
    public void tag(String mark) {
        tag = mark;
    }

    /** Sends all further lines there; the log owns it from now on and closes the one that it owned before. */
    public void to(OutputStream next) {
        synchronized (lock) {
            OutputStream old = out;
            boolean owned = closeable;
            out = next;
            closeable = true;
            if (owned) {
                closeQuietly(old);
            }
        }
    }

    private void write(StringBuilder line) {
        byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_LINE);
        bytes[length - 1] = '\n';
        synchronized (lock) {
            try {
                out.write(bytes, 0, length);
            } catch (IOException e) {
                // nowhere left to say it
            }
        }
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // the lines were written; nothing is lost
        }
    }
}
