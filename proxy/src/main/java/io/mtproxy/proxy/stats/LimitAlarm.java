package io.mtproxy.proxy.stats;

import org.jspecify.annotations.Nullable;

/** C's warning that the clients' limit is near. */
public final class LimitAlarm {
    /** How often it is to be asked for. */
    public static final int EVERY_MILLIS = 1000;

    private LimitAlarm() {}

    /** The line when more than nine tenths are used, else null; a limit of 0 is none. */
    public static @Nullable String line(long used, long limit) {
        return limit > 0 && used * 10 > limit * 9
                ? "CRITICAL: used " + used + " user connections out of " + limit
                : null;
    }
}
