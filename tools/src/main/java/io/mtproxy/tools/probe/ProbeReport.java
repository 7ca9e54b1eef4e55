package io.mtproxy.tools.probe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of all probes.
 *
 * @param rounds of each
 * @param jitter of the path, which the times were judged with
 * @param findings one per probe
 */
public record ProbeReport(int rounds, Duration jitter, List<Finding> findings) {

    /** One in twenty tests finds a difference of times where there is none, when several are made. */
    private static final int TOLERANCE = 20;

    /** Copies the list. */
    public ProbeReport {
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

    /** Those among them whose times tell proxy and site apart. */
    public List<Finding> timeDifferent() {
        return timed().stream().filter(Finding::timeDiffers).toList();
    }

    /** Those whose times do without the jitter, that is on the same machine. */
    public List<Finding> timeDifferentAsMeasured() {
        return timed().stream().filter(Finding::timeDiffersAsMeasured).toList();
    }

    /** Whether nothing tells the proxy from its site: no byte, no end, and times at no more than one probe of twenty. */
    public boolean alike() {
        return different().isEmpty() && timeDifferent().size() * TOLERANCE <= timed().size();
    }

    /** For a JSON file. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("alike", alike());
        map.put("rounds", rounds);
        map.put("probes", findings.size());
        map.put("different", different().stream().map(Finding::name).toList());
        map.put("timed", timed().size());
        map.put("timeDifferent", timeDifferent().stream().map(Finding::name).toList());
        map.put("jitterMicros", jitter.toNanos() / 1000);
        map.put("timeDifferentAsMeasured", timeDifferentAsMeasured().stream().map(Finding::name).toList());
        map.put("findings", findings.stream().map(Finding::asMap).toList());
        return map;
    }
}
