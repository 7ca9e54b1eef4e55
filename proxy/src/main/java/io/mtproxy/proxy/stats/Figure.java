package io.mtproxy.proxy.stats;

/** What a process knows about itself beside its counters. All of it can be summed over processes. */
public enum Figure {
    /** event loops */
    LOOPS,
    /** nanoseconds that the loops have existed, together */
    RUNNING_NANOS,
    /** nanoseconds that they waited */
    IDLE_NANOS,
    /** waits for events */
    POLLS,
    READ_CALLS,
    READ_BYTES,
    WRITE_CALLS,
    WRITE_BYTES,
    ACCEPT_FAILURES,
    TIMERS_FIRED,
    /** bytes of buffers handed out now */
    BUFFER_BYTES,
    /** buffers handed out now */
    BUFFERS,
    /** targets of the configuration: distinct addresses */
    TARGETS_DECLARED,
    /** targets that are ready in some loop */
    TARGETS_READY,
    /** how many clients at once are allowed, 0 = any number */
    CLIENT_LIMIT,
    /** processes that could not take over the config or the secrets when they last were to */
    CONFIG_BEHIND
}
