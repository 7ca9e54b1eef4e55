package io.mtproxy.tools.sim.mtproto;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that clients made, so that a client which comes back goes on; the least recently used are forgotten. Any thread. */
final class AuthKeys {
    private final Map<Long, AuthKey> keys;

    AuthKeys(int capacity) {
        keys = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, AuthKey> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized void add(AuthKey key) {
        keys.put(key.id(), key);
    }

    synchronized @Nullable AuthKey find(long id) {
        return keys.get(id);
    }
}
