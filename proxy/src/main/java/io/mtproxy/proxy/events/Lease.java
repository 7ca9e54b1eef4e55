package io.mtproxy.proxy.events;

import org.jspecify.annotations.Nullable;

/**
 * What one connection has added to gauges. It is taken back exactly once, whichever way the connection ends and however
 * often its end is told, so that no gauge can drift. Belongs to the loop's thread, as the counters do.
 */
@SuppressWarnings("EnumOrdinal") // a bit per counter, inside one object only
public final class Lease {
    private static final Counter[] COUNTERS = Counter.values();

    private final Counters counters;
    /** Bit by ordinal: gauges that were raised. */
    private long held;
    private boolean ended;
    private boolean placed;
    private int dc;
    private @Nullable SecretUse use;

    static {
        if (COUNTERS.length > Long.SIZE) {
            throw new IllegalStateException(COUNTERS.length + " counters, expected at most " + Long.SIZE);
        }
    }

    public Lease(Counters counters) {
        this.counters = counters;
    }

    /** Adds one to a gauge, unless this connection has done so already or has ended. */
    public void raise(Counter gauge) {
        long bit = 1L << gauge.ordinal();
        if (!ended && (held & bit) == 0) {
            held |= bit;
            counters.increment(gauge);
        }
    }

    /** Takes it back, if it was added. */
    public void lower(Counter gauge) {
        long bit = 1L << gauge.ordinal();
        if ((held & bit) != 0) {
            held &= ~bit;
            counters.add(gauge, -1);
        }
    }

    /**
     * Under which data centre and secret the end will be counted, too.
     *
     * @param ofDc  as the client named it
     * @param ofUse of its secret, null without secrets
     */
    public void place(int ofDc, @Nullable SecretUse ofUse) {
        placed = true;
        dc = ofDc;
        use = ofUse;
    }

    /** Takes everything back and counts the end; does so once. */
    public void end(CloseReason reason) {
        if (!ended) {
            release();
            counters.closed(reason);
            if (placed) {
                counters.closed(reason, dc);
            }
            if (use != null) {
                use.closed(reason);
            }
        }
    }

    /** Takes everything back: the end is counted elsewhere. */
    public void release() {
        ended = true;
        for (long bits = held; bits != 0; bits &= bits - 1) {
            counters.add(COUNTERS[Long.numberOfTrailingZeros(bits)], -1);
        }
        held = 0;
    }
}
