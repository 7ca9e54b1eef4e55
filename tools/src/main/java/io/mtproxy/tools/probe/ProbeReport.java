package io.mtproxy.tools.probe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What came of all probes.
 *
 * @param rounds of each
 * @param paths over which the times were judged, by their jitter; the last one counts
 * @param findings one per probe
 */
public record ProbeReport(int rounds, List<Duration> paths, List<Finding> findings) {

    /** One in twenty tests finds a difference of times where there is none, when several are made. */
    private static final int TOLERANCE = 20;

    /** Copies the lists. */
    public ProbeReport {
        paths = List.copyOf(paths);
        findings = List.copyOf(findings);
    }

    /** Probes at which something is seen that the site does not do. */
    public List<Finding> different() {
        return findings.stream().filter(finding -> !finding.same()).toList();
    }

    /** Probes of which enough times were measured. */
    public List<Finding> timed() {
        return findings.stream().filter(Finding::timed).toList();
    }

    /** Those among them whose times tell proxy and site apart over the path of that index. */
    public List<Finding> timeDifferent(int path) {
        return timed().stream().filter(finding -> finding.timeDiffers(path)).toList();
    }

    /** Those whose times tell the site apart from itself over that path: the control. */
    public List<Finding> siteDifferent(int path) {
        return timed().stream().filter(finding -> finding.siteDiffers(path)).toList();
    }

    /** Whether nothing tells the proxy from its site: no byte, no end, and times at no more than one probe of twenty. */
    public boolean alike() {
        return different().isEmpty() && timeDifferent(paths.size() - 1).size() * TOLERANCE <= timed().size();
    }

    /** For a JSON file. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("alike", alike());
        map.put("rounds", rounds);
        map.put("probes", findings.size());
        map.put("different", different().stream().map(Finding::name).toList());
        map.put("timed", timed().size());
        map.put("paths", IntStream.range(0, paths.size()).mapToObj(this::pathAsMap).toList());
        map.put("findings", findings.stream().map(Finding::asMap).toList());
        return map;
    }

    private Map<String, Object> pathAsMap(int path) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("jitterMicros", paths.get(path).toNanos() / 1000);
        map.put("timeDifferent", timeDifferent(path).stream().map(Finding::name).toList());
        map.put("siteDifferent", siteDifferent(path).stream().map(Finding::name).toList());
        return map;
    }
}
