package io.mtproxy.tools.cli;

import io.mtproxy.tools.probe.Finding;
import io.mtproxy.tools.probe.ProbeReport;
import io.mtproxy.tools.probe.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A comparison of proxy and site for people: a line per probe, and what differs below it. */
final class ProbeTable {

    private static final int ANSWER = 60;
    private static final String LINE = "  %-30s %-8s %-23s %-23s %s";

    private ProbeTable() {}

    static List<String> head() {
        return List.of(String.format(Locale.ROOT, LINE, "probe", "", "first byte ms: p", "end ms: p", "answer"),
                String.format(Locale.ROOT, LINE, "", "", "site proxy (control)", "site proxy (control)", ""));
    }

    static List<String> lines(Finding finding) {
        List<String> lines = new ArrayList<>();
        String answer = commonest(finding.site());
        lines.add(String.format(Locale.ROOT, LINE, finding.name(), finding.same() ? "same" : "DIFFERS",
                timing(finding.firstByte()), timing(finding.end()),
                answer.length() > ANSWER ? answer.substring(0, ANSWER) + "…" : answer).stripTrailing());
        if (!finding.same()) {
            finding.site().forEach((shape, times) -> lines.add("      site:  " + times + " x " + shape));
            finding.differences().forEach(difference -> lines.add("      proxy: " + difference));
        }
        return lines;
    }

    static List<String> verdict(ProbeReport report) {
        List<String> lines = new ArrayList<>(List.of("",
                report.findings().size() + " probes, " + report.rounds() + " rounds each: "
                        + report.different().size() + " differ from the site"));
        if (report.timed().isEmpty()) {
            lines.add("times: too few rounds to judge");
        }
        for (int path = 0; path < report.paths().size() && !report.timed().isEmpty(); path++) {
            lines.add(times(report, path));
        }
        lines.add(report.alike() ? "The proxy cannot be told from its site." : "The proxy can be told from its site.");
        return lines;
    }

    private static String times(ProbeReport report, int path) {
        Duration jitter = report.paths().get(path);
        String where = jitter.isZero()
                ? "as measured"
                : "over a path with a jitter of " + jitter.toNanos() / 1000 + " us";
        return "times " + where + ": " + report.timeDifferent(path).size() + " of " + report.timed().size()
                + " probes differ (p < " + Timing.SIGNIFICANT + "), the site from itself at "
                + report.siteDifferent(path).size();
    }

    private static String commonest(Map<String, Integer> shapes) {
        return shapes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
    }

    private static String timing(@Nullable Timing timing) {
        return timing == null
                ? "-"
                : String.format(Locale.ROOT, "%.1f %.1f %s%.3f (%.2f)", timing.siteMicros() / 1000,
                        timing.proxyMicros() / 1000, timing.last().p() < Timing.SIGNIFICANT ? "! " : "",
                        timing.last().p(),
                        timing.last().control());
    }
}
