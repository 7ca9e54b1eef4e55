package io.mtproxy.proxy.stats;

import java.util.List;

/** What a supervisor knows of its workers: their sums, and lines of our own about each. Called by the thread of its loop. */
public interface WorkerStats extends Totals.Source {
    /** Keys with the worker's number in them. */
    List<StatsSource.Own> own();
}
