package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import org.jspecify.annotations.Nullable;

/** The part of the daemon that moves bytes. */
public interface Engine extends AutoCloseable {

    /** Makes an engine out of what start-up produced; opens nothing that blocks. */
    interface Factory {
        Engine create(Launch launch);
    }

    /**
     * The last step before {@link #run}: takes over from an old process, where there is one.
     *
     * @return whether the main loop may begin; otherwise the reason stands in the log
     */
    default boolean begin() {
        return true;
    }

    /**
     * The main loop: blocks until {@link #stop}. Called once, by the main thread.
     *
     * @return whether it was stopped; otherwise it ended by itself, and the reason stands in the log
     */
    boolean run();

    /** The line to end with when the main loop has ended in order without a signal; else null. */
    default @Nullable String lastLine() {
        return null;
    }

    /** Ends {@link #run} soon; any thread, any number of times. */
    void stop();

    /** Takes over a new config and new secrets, whole; any thread. */
    void reload(Snapshot next);

    /** Passes a signal on to worker processes, if there are any; any thread. */
    default void forward(Signal signal) {}

    /** Whether it still turns, as far as the last call could find out; any one thread, every few seconds. */
    default boolean alive() {
        return true;
    }

    /** Drops all connections and closes all sockets. Called after {@link #run} has returned. */
    @Override
    void close();
}
