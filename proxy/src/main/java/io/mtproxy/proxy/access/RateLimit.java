package io.mtproxy.proxy.access;

/**
 * So many per second, as a bucket that holds one second's worth: after a quiet second that many may come at once. Any
 * thread; without a limit it costs nothing.
 */
public final class RateLimit {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int perSecond;
    private double tokens;
    private long lastNanos;

    /** @param perSecond 0 = no limit */
    public RateLimit(int perSecond) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
        this.lastNanos = System.nanoTime();
    }

    /** Whether one more may come now. */
    public boolean admit() {
        return perSecond == 0 || admit(System.nanoTime());
    }

    synchronized boolean admit(long nowNanos) {
        refill(nowNanos);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** The limit, 0 = none. */
    public int perSecond() {
        return perSecond;
    }

    /** How many could come at once now. */
    public synchronized double remaining() {
        refill(System.nanoTime());
        return tokens;
    }

    private void refill(long nowNanos) {
        tokens = Math.min(perSecond, tokens + (nowNanos - lastNanos) / NANOS_PER_SECOND * perSecond);
        lastNanos = nowNanos;
    }
}
