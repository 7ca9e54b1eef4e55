package io.mtproxy.tools.probe;

import io.mtproxy.tools.tls.HelloKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A proxy's answer to its clients beside its site's answer to the same hellos.
 *
 * @param rows what was compared, for each kind of hello
 */
public record FingerprintReport(List<Row> rows) {

    /** Copies the list. */
    public FingerprintReport {
        rows = List.copyOf(rows);
    }

    /**
     * One property.
     *
     * @param hello that was answered
     * @param fact its name
     * @param site what the site was seen to have
     * @param proxy what the proxy was seen to have
     * @param equal whether the site could have sent what the proxy sent
     * @param required whether it has to be so: Telegram's clients take one encrypted record only, however many a site sends
     */
    public record Row(HelloKind hello, String fact, Set<String> site, Set<String> proxy, boolean equal,
            boolean required) {

        static Row of(HelloKind hello, String fact, List<String> site, List<String> proxy, boolean required) {
            Set<String> seen = new TreeSet<>(site);
            return new Row(hello, fact, seen, new TreeSet<>(proxy), seen.containsAll(proxy), required);
        }

        /** Of numbers that vary: what lies between two that were seen can be as well. */
        static Row ofRange(HelloKind hello, String fact, List<Integer> site, List<Integer> proxy) {
            int least = site.stream().mapToInt(Integer::intValue).min().orElse(0);
            int most = site.stream().mapToInt(Integer::intValue).max().orElse(0);
            boolean equal = proxy.stream().allMatch(value -> value >= least && value <= most);
            return new Row(hello, fact, new TreeSet<>(site.stream().map(String::valueOf).toList()),
                    new TreeSet<>(proxy.stream().map(String::valueOf).toList()), equal, true);
        }

        private Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("hello", hello.name().toLowerCase(java.util.Locale.ROOT));
            map.put("fact", fact);
            map.put("equal", equal);
            map.put("required", required);
            map.put("site", List.copyOf(site));
            map.put("proxy", List.copyOf(proxy));
            return map;
        }
    }

    /** Whether all is equal that can be. */
    public boolean alike() {
        return rows.stream().allMatch(row -> row.equal() || !row.required());
    }

    /** For a JSON file. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("alike", alike());
        map.put("rows", rows.stream().map(Row::asMap).toList());
        return map;
    }
}
