package io.mtproxy.wire.faketls;

/** Which time a ClientHello may bear. Any thread. */
public final class HelloTime {
    /** How far a client's clock may be ahead of ours, in seconds (C). */
    public static final int AHEAD = 3;
    /** How far it may be behind while there is no older memory of hellos, in seconds (C). */
    public static final int BEHIND = 600;
    /** There is no remembered hello. */
    public static final long NO_ARRIVAL = -1;

    private HelloTime() {}

    /**
     * C's rule: not more than 3 s ahead; then newer than 600 s, or newer than 3 s after the oldest hello that is still
     * remembered, since a replay of such a one would be recognised.
     *
     * @param timestamp unix time in the hello, seconds
     * @param now unix time, seconds
     * @param oldestArrival unix time at which the oldest remembered hello came, or {@link #NO_ARRIVAL}
     */
    public static boolean accepts(long timestamp, long now, long oldestArrival) {
        if (timestamp > now + AHEAD) {
            return false;
        }
        return timestamp > now - BEHIND || (oldestArrival != NO_ARRIVAL && timestamp > oldestArrival + AHEAD);
    }
}
