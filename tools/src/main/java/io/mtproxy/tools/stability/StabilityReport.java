package io.mtproxy.tools.stability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of all trials.
 *
 * @param results one for each trial, in their order
 */
public record StabilityReport(List<Result> results) {

    /** Copies the list. */
    public StabilityReport {
        results = List.copyOf(results);
    }

    /**
     * What came of one trial.
     *
     * @param trouble why it could not be finished; empty when it was
     */
    public record Result(String trial, Duration took, List<Guard> guards, String trouble) {
        /** Copies the list. */
        public Result {
            guards = List.copyOf(guards);
        }

        /** Whether it was finished and every guard holds; a trial without guards has shown nothing. */
        public boolean ok() {
            return trouble.isEmpty() && !guards.isEmpty() && guards.stream().allMatch(Guard::holds);
        }

        private Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("trial", trial);
            map.put("ok", ok());
            map.put("millis", took.toMillis());
            map.put("guards", guards.stream().map(Guard::asMap).toList());
            if (!trouble.isEmpty()) {
                map.put("trouble", trouble);
            }
            return map;
        }
    }

    /** Whether there were trials and all are well. */
    public boolean ok() {
        return !results.isEmpty() && results.stream().allMatch(Result::ok);
    }

    /** For a JSON file. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ok", ok());
        map.put("trials", results.stream().map(Result::asMap).toList());
        return map;
    }

    /** For people: a table of all guards. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(row("trial", "what", "measured", "expected", ""));
        for (Result result : results) {
            String trial = result.trial();
            for (Guard guard : result.guards()) {
                lines.add(row(trial, guard.name(), Guard.number(guard.measured()), guard.rule(),
                        guard.holds() ? "" : "FAILED"));
                trial = "";
            }
            if (!result.trouble().isEmpty()) {
                lines.add("  " + result.trial() + " FAILED: " + result.trouble());
            }
        }
        return lines;
    }

    /** Each guard that does not hold and each trial that could not be finished, a line each. */
    public List<String> failures() {
        List<String> lines = new ArrayList<>();
        for (Result result : results) {
            result.guards().stream().filter(guard -> !guard.holds())
                    .forEach(guard -> lines.add(result.trial() + ": " + guard));
            if (!result.trouble().isEmpty()) {
                lines.add(result.trial() + ": " + result.trouble());
            } else if (result.guards().isEmpty()) {
                lines.add(result.trial() + ": measured nothing");
            }
        }
        return lines;
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "  %-18s %-42s %14s  %-16s %s", cells).stripTrailing();
    }
}
