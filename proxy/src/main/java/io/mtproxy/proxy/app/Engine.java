package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Snapshot;

/** The part of the daemon that moves bytes. */
public interface Engine extends AutoCloseable {

    /** Makes an engine out of what start-up produced; opens nothing that blocks. */
    interface Factory {
        Engine create(Launch launch);
    }

    /** The main loop: blocks until {@link #stop}. Called once, by the main thread. */
    void run();

    /** Ends {@link #run} soon; any thread, any number of times. */
    void stop();

    /** Takes over a new config and new secrets, whole; any thread. */
    void reload(Snapshot next);

    /** Drops all connections and closes all sockets. Called after {@link #run} has returned. */
    @Override
    void close();
}
