package io.mtproxy.proxy.app;

import java.util.Map;

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

    /** What only grows, by name, to go on in another process. */
    synchronized Map<String, Long> save() {
        return Map.of("config_checks", checks, "config_reloads", reloads, "config_successes", successes);
    }

    /** Goes on where another process stood; its own reading at the start is one more. */
    synchronized void restore(Map<String, Long> saved) {
        checks += saved.getOrDefault("config_checks", 0L);
        reloads += saved.getOrDefault("config_reloads", 0L);
        successes += saved.getOrDefault("config_successes", 0L);
    }

    synchronized View view() {
        return new View(checks, reloads, successes, lastError);
    }
}
