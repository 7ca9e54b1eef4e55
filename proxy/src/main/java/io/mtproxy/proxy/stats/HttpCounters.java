package io.mtproxy.proxy.stats;

/** What the statistics port itself did. One writer, the thread that owns the port's connections. */
public final class HttpCounters {
    private int connections;
    private long queries;
    private long badHeaders;

    /** HTTP connections that are open now. */
    public int connections() {
        return connections;
    }

    /** Requests answered so far, also with an error page; not counting {@link #badHeaders}. */
    public long queries() {
        return queries;
    }

    /** Requests that could not be read. */
    public long badHeaders() {
        return badHeaders;
    }

    void opened() {
        connections++;
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
