package io.mtproxy.proxy.app;

/** How often the config and the secrets were read, and what came of it. Any thread. */
public final class ConfigHistory {
    /** The start has read them, or there would be no process. */
    private long checks = 1;
    private long reloads;
    private long successes;
    private String lastError = "";

    /**
     * A moment of it.
     *
     * @param checks    how often the files were read and checked, at the start, too
     * @param reloads   how often that was asked for by a signal
     * @param successes ... and the files were good and are in use
     * @param lastError why the last reload changed nothing, in one line; empty when it succeeded or there was none
     */
    record View(long checks, long reloads, long successes, String lastError) {}

    synchronized void begun() {
        checks++;
        reloads++;
    }

    synchronized void succeeded() {
        successes++;
        lastError = "";
    }

    synchronized void failed(String why) {
        lastError = why.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    synchronized View view() {
        return new View(checks, reloads, successes, lastError);
    }
}
