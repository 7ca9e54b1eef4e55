package io.mtproxy.proxy.app;

import io.mtproxy.proxy.stats.HttpCounters;
import java.util.HashMap;
import java.util.Map;

/** What a process counts beside its loops, as it goes from process to process. */
final class ProcessCounters {
    private ProcessCounters() {}

    static Map<String, Long> save(Launch launch, HttpCounters http) {
        Map<String, Long> saved = new HashMap<>(http.save());
        saved.putAll(launch.configs().save());
        Refreshing refreshing = launch.refreshing();
        if (refreshing != null) {
            saved.putAll(refreshing.history().save());
        }
        return saved;
    }

    static void restore(Launch launch, HttpCounters http, Map<String, Long> saved) {
        http.restore(saved);
        launch.configs().restore(saved);
        Refreshing refreshing = launch.refreshing();
        if (refreshing != null) {
            refreshing.history().restore(saved);
        }
    }
}
