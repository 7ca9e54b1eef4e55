package io.mtproxy.proxy.refresh;

import java.util.Map;

/** How often Telegram's site was asked, and what came of it. Any thread. */
public final class RefreshHistory {
    private long attempts;
    private long failures;
    private long changes;
    private long lastSuccess;
    private String lastError = "";

    /**
     * A moment of it.
     *
     * @param attempts    rounds, each of all documents
     * @param failures    ... that brought nothing to be used
     * @param changes     ... after which another config or secret was in use
     * @param lastSuccess unix time of the last good round in seconds, 0 = none
     * @param lastError   why the last round failed; empty when it did not
     */
    public record View(long attempts, long failures, long changes, long lastSuccess, String lastError) {
        /** Of whom does not ask. */
        public static final View NONE = new View(0, 0, 0, 0, "");
    }

    synchronized void begun() {
        attempts++;
    }

    synchronized void changed() {
        changes++;
    }

    synchronized void succeeded(long now) {
        lastSuccess = now;
        lastError = "";
    }

    synchronized void failed(String why) {
        failures++;
        lastError = why;
    }

    /** What only grows, by name, to go on in another process. */
    public synchronized Map<String, Long> save() {
        return Map.of("refresh_attempts", attempts, "refresh_failures", failures, "refresh_changes", changes,
                "refresh_last_success", lastSuccess);
    }

    /** Goes on where another process stood. */
    public synchronized void restore(Map<String, Long> saved) {
        attempts += saved.getOrDefault("refresh_attempts", 0L);
        failures += saved.getOrDefault("refresh_failures", 0L);
        changes += saved.getOrDefault("refresh_changes", 0L);
        lastSuccess = Math.max(lastSuccess, saved.getOrDefault("refresh_last_success", 0L));
    }

    /** What there was until now. */
    public synchronized View view() {
        return new View(attempts, failures, changes, lastSuccess, lastError);
    }
}
