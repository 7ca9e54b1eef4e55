package io.mtproxy.proxy.stats;

import java.util.Map;

/** What the statistics port itself did. One writer, the thread that owns the port's connections. */
public final class HttpCounters {
    private int connections;
    private long accepted;
    private long overRate;
    private long queries;
    private long badHeaders;

    /** HTTP connections that are open now. */
    public int connections() {
        return connections;
    }

    /** HTTP connections that were accepted so far. */
    public long accepted() {
        return accepted;
    }

    /** Connections closed at once because too many came in one second. */
    public long overRate() {
        return overRate;
    }

    /** Requests answered so far, also with an error page; not counting {@link #badHeaders}. */
    public long queries() {
        return queries;
    }

    /** Requests that could not be read. */
    public long badHeaders() {
        return badHeaders;
    }

    /** What only grows, by name, to go on in another process. */
    public Map<String, Long> save() {
        return Map.of("http_accepted", accepted, "http_over_rate", overRate, "http_queries", queries,
                "http_bad_headers",
                badHeaders);
    }

    /** Goes on where another process stood; before the port opens. */
    public void restore(Map<String, Long> saved) {
        accepted = saved.getOrDefault("http_accepted", 0L);
        overRate = saved.getOrDefault("http_over_rate", 0L);
        queries = saved.getOrDefault("http_queries", 0L);
        badHeaders = saved.getOrDefault("http_bad_headers", 0L);
    }

    void opened() {
        connections++;
    }

    void admitted(boolean admitted) {
        accepted++;
        overRate += admitted ? 0 : 1;
    }

    void closed() {
        connections--;
    }

    void answered() {
        queries++;
    }

    void refused() {
        badHeaders++;
    }
}
