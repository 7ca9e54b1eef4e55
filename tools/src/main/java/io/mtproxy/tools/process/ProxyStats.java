package io.mtproxy.tools.process;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One reading of a proxy's {@code /stats}.
 *
 * @param values by key, in the order of the page
 */
public record ProxyStats(Map<String, String> values) {

    static ProxyStats parse(String page) {
        Map<String, String> values = new LinkedHashMap<>();
        page.lines().forEach(line -> {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                values.put(line.substring(0, tab), line.substring(tab + 1));
            }
        });
        return new ProxyStats(values);
    }

    /** The number under a key. */
    public long number(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("/stats has no key " + key);
        }
        return Long.parseLong(value);
    }
}
