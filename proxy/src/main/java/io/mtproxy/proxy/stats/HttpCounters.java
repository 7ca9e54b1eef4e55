package io.mtproxy.proxy.stats;

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
