package io.mtproxy.tools.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of one probe.
 *
 * @param name of the probe
 * @param rounds that were made
 * @param site what the site answered, and how often
 * @param proxy what the proxy answered, and how often
 * @param differences what can be seen at the proxy and not at the site, each once; empty when nothing can
 * @param firstByte times to the first byte; null when there are too few
 * @param end times to the end of the connection; null when there are too few
 */
public record Finding(String name, int rounds, Map<String, Integer> site, Map<String, Integer> proxy,
        List<String> differences, @Nullable Timing firstByte, @Nullable Timing end) {

    private static final int TOLD = 4;

    static Finding of(String name, List<Trial> trials, List<Duration> paths) {
        Map<String, Integer> site = new TreeMap<>();
        Map<String, Integer> proxy = new TreeMap<>();
        for (Trial trial : trials) {
            site.merge(trial.before().shape(), 1, Integer::sum);
            site.merge(trial.after().shape(), 1, Integer::sum);
            proxy.merge(trial.proxy().shape(), 1, Integer::sum);
        }
        int seed = name.hashCode();
        return new Finding(name, trials.size(), site, proxy, differences(trials, site),
                Timing.of(trials, Observation::firstByteNanos, paths, seed),
                Timing.of(trials, Observation::endNanos, paths, ~seed));
    }

    /** A probe that could not be tried. */
    static Finding failed(String name, String reason) {
        return new Finding(name, 0, Map.of(), Map.of(), List.of(reason), null, null);
    }

    /** A site that does not always do the same may be followed in all that it does, another one in each round. */
    private static List<String> differences(List<Trial> trials, Map<String, Integer> site) {
        boolean steady = trials.stream().allMatch(Trial::sameAtSite);
        Map<String, Integer> seen = new TreeMap<>();
        for (Trial trial : trials) {
            String shape = trial.proxy().shape();
            if (!site.containsKey(shape)) {
                seen.merge(shape, 1, Integer::sum);
            } else if (steady && !shape.equals(trial.before().shape())) {
                seen.merge(shape + " in place of " + trial.before().shape(), 1, Integer::sum);
            }
        }
        List<String> differences = new ArrayList<>();
        seen.forEach((shape, times) -> differences.add(times + " x " + shape));
        if (differences.isEmpty()) {
            trials.stream().filter(Trial::otherBytes).limit(TOLD)
                    .forEach(trial -> differences.add("other bytes: site " + trial.before().headText() + ", proxy "
                            + trial.proxy().headText()));
        }
        return differences;
    }

    /** Whether all that was seen at the proxy can be seen at the site. */
    public boolean same() {
        return differences.isEmpty();
    }

    /** Whether one of the times tells proxy and site apart over the plan's path of that index. */
    boolean timeDiffers(int path) {
        return (firstByte != null && firstByte.verdicts().get(path).differs())
                || (end != null && end.verdicts().get(path).differs());
    }

    /** Whether one of the times tells the site apart from itself. */
    boolean siteDiffers(int path) {
        return (firstByte != null && firstByte.verdicts().get(path).control() < Timing.SIGNIFICANT)
                || (end != null && end.verdicts().get(path).control() < Timing.SIGNIFICANT);
    }

    /** Whether there were enough times of one kind at least. */
    boolean timed() {
        return firstByte != null || end != null;
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("probe", name);
        map.put("rounds", rounds);
        map.put("same", same());
        map.put("site", site);
        map.put("proxy", proxy);
        map.put("differences", differences);
        map.put("firstByte", firstByte == null ? null : firstByte.asMap());
        map.put("end", end == null ? null : end.asMap());
        return map;
    }
}
