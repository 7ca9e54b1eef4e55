package io.mtproxy.tools.sim;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What services keep with one session. Any thread. */
final class Attachments {
    private final Map<Class<?>, Object> kept = new ConcurrentHashMap<>(2);

    <T> T get(Class<T> type, Supplier<T> maker) {
        return type.cast(kept.computeIfAbsent(type, absent -> maker.get()));
    }
}
