package io.mtproxy.tools.acceptance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Attempts of one kind and how they ended. Any thread. */
public final class Tally {

    private final Map<String, Long> failures = new TreeMap<>();
    private long succeeded;

    /** One more succeeded. */
    public synchronized void succeeded() {
        succeeded++;
    }

    /** One more failed. */
    public void failed(String reason) {
        failed(reason, 1);
    }

    /** So many more failed. */
    public synchronized void failed(String reason, long times) {
        if (times > 0) {
            failures.merge(reason, times, Long::sum);
        }
    }

    /** Those of another, too. */
    public void addAll(Tally other) {
        Map<String, Long> theirs = other.failures();
        long successes = other.successes();
        synchronized (this) {
            theirs.forEach((reason, times) -> failures.merge(reason, times, Long::sum));
            succeeded += successes;
        }
    }

    /** How many succeeded. */
    public synchronized long successes() {
        return succeeded;
    }

    /** How many failed for which reason; a copy. */
    public synchronized Map<String, Long> failures() {
        return new TreeMap<>(failures);
    }

    /** How many failed. */
    public long failed() {
        return failures().values().stream().mapToLong(Long::longValue).sum();
    }

    /** All attempts. */
    public long attempts() {
        return successes() + failed();
    }

    /** From 0 to 1; 0 when nothing was attempted: who was not asked has shown nothing. */
    public double rate() {
        long attempts = attempts();
        return attempts == 0 ? 0 : successes() / (double) attempts;
    }

    /** For a report. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("attempts", attempts());
        map.put("succeeded", successes());
        map.put("rate", Math.floor(rate() * 1e6) / 1e6);
        map.put("failures", failures());
        return map;
    }
}
