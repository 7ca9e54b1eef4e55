package io.mtproxy.tools.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One reading of a proxy's {@code /stats}.
 *
 * @param values by key, in the order of the page
 */
public record ProxyStats(Map<String, String> values) {

    private static final int TIMEOUT_MILLIS = 30_000;

    /** Reads those of the proxy whose statistics port this is. */
    public static ProxyStats read(int port) throws IOException {
        URI page = URI.create("http://127.0.0.1:" + port + "/stats");
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

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
