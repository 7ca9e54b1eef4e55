package io.mtproxy.tools.load;

import java.util.function.BooleanSupplier;

/** Holds the sender of a stream back until enough of it was seen on the other side. Any thread. */
final class StreamWindow {

    private static final long ASK_AGAIN_MILLIS = 200;

    private final int window;
    private long seen;

    /** For at most {@code window} bytes under way; 0 holds nobody back. */
    StreamWindow(int window) {
        this.window = window;
    }

    /** Has a receiver to report, when it got from {@code before} to {@code now} bytes? */
    static boolean due(int window, long before, long now) {
        int step = Math.max(1, window / 4);
        return window > 0 && before / step != now / step;
    }

    /** The other side has {@code bytes} of it. */
    synchronized void seen(long bytes) {
        seen = Math.max(seen, bytes);
        notifyAll();
    }

    /** Waits until {@code position} lies inside the window, or the stream is {@code over}. */
    synchronized void await(long position, BooleanSupplier over) {
        try {
            while (window > 0 && position - seen > window && !over.getAsBoolean()) {
                wait(ASK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
