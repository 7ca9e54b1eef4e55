package io.mtproxy.proxy.net;

/** What a loop did so far; written by its thread only, other threads may read recent values. */
public final class LoopMetrics {
    long polls;
    long readCalls;
    long readBytes;
    long writeCalls;
    long writeBytes;
    long acceptFailures;
    long idleNanos;
    long timersFired;
    int highestDescriptor;
    volatile long startedNanos;

    /** What only grows, in a fixed order, to go on elsewhere. */
    public long[] save() {
        return new long[] {polls, readCalls, readBytes, writeCalls, writeBytes, acceptFailures, timersFired};
    }

    /** Goes on where another loop stood; before the loop runs. */
    public void restore(long[] saved) {
        polls = saved[0];
        readCalls = saved[1];
        readBytes = saved[2];
        writeCalls = saved[3];
        writeBytes = saved[4];
        acceptFailures = saved[5];
        timersFired = saved[6];
    }

    /** Waits for events. */
    public long polls() {
        return polls;
    }

    /** Reads, each counted also when many were one system call. */
    public long readCalls() {
        return readCalls;
    }

    /** Bytes read. */
    public long readBytes() {
        return readBytes;
    }

    /** Writes, each counted also when many were one system call. */
    public long writeCalls() {
        return writeCalls;
    }

    /** Bytes written. */
    public long writeBytes() {
        return writeBytes;
    }

    /** Failed calls of accept. */
    public long acceptFailures() {
        return acceptFailures;
    }

    /** Nanoseconds spent waiting. */
    public long idleNanos() {
        return idleNanos;
    }

    /** Timers that came due. */
    public long timersFired() {
        return timersFired;
    }

    /** The highest descriptor that a connection had, 0 where descriptors are not known. */
    public int highestDescriptor() {
        return highestDescriptor;
    }

    /** {@link System#nanoTime} when the loop began to run, 0 before. */
    public long startedNanos() {
        return startedNanos;
    }
}
