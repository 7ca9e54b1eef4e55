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
     * The last step before {@link #run}: takes over from an old process, where there is one. Ends the process when that fails.
     */
    default void begin() {}

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

    /**
     * SIGTERM or SIGINT has come for the first time: begins to let clients go. Any thread.
     *
     * @return false when that is not wished, or goes on already: then {@link #stop} is called
     */
    default boolean leave() {
        return false;
    }

    /** Takes over a new config and new secrets, whole; any thread. */
    void reload(Snapshot next);

    /** Asks again for the names of proxies on the way to Telegram. May block, off the loops; any thread. */
    default void lookUp() {}

    /** HUP or USR1 has come; workers, and a process that is about to take over, must hear of it, too. Any thread. */
    default void forward(Signal signal) {}

    /** Whether it still turns, as far as the last call could find out; any one thread, every few seconds. */
    default boolean alive() {
        return true;
    }

    /** Drops all connections and closes all sockets. Called after {@link #run} has returned. */
    @Override
    void close();
}
