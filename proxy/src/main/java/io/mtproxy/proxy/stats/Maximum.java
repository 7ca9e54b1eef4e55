package io.mtproxy.proxy.stats;

/** What is not summed over loops and processes: the greatest of all counts. */
public enum Maximum {
    /** the highest number of a descriptor that a connection had so far */
    DESCRIPTOR,
    /** {@link io.mtproxy.proxy.events.Counters#lastForwardError}: the greatest is the latest */
    LAST_FORWARD_ERROR
}
