package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Samples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One request of a client, connecting included where it was not connected; or one stream.
 *
 * @param client its number
 * @param begun reading of {@link System#nanoTime}
 * @param ended the same
 * @param failure why it failed; nothing when it was answered
 */
record Request(int client, long begun, long ended, String failure) {

    boolean answered() {
        return failure.isEmpty();
    }

    /** How long it took, in milliseconds. */
    double millis() {
        return Samples.millis(ended - begun);
    }

    static long failed(List<Request> requests) {
        return requests.stream().filter(request -> !request.answered()).count();
    }

    /** Of them all, in milliseconds; 0 of none. */
    static double slowest(List<Request> requests) {
        return requests.stream().mapToDouble(Request::millis).max().orElse(0);
    }

    /** For a report. */
    static Map<String, Object> counts(List<Request> requests) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("begun", requests.size());
        map.put("answered", requests.size() - failed(requests));
        Map<String, Integer> failures = new TreeMap<>();
        requests.stream().filter(request -> !request.answered())
                .forEach(request -> failures.merge(request.failure(), 1, Integer::sum));
        map.put("failures", failures);
        return map;
    }
}
