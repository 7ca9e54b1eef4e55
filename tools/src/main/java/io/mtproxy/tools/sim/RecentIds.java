package io.mtproxy.tools.sim;

import java.util.LinkedHashSet;
import java.util.Set;

/** The ids that were closed last, a bounded number. Any thread. */
final class RecentIds {
    private static final int CAPACITY = 4096;

    private final Set<Long> ids = new LinkedHashSet<>();

    synchronized void add(long id) {
        ids.add(id);
        if (ids.size() > CAPACITY) {
            ids.remove(ids.iterator().next());
        }
    }

    synchronized boolean contains(long id) {
        return ids.contains(id);
    }
}
