package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One upgrade under traffic.
 *
 * @param number from 1
 * @param handover what the old process said
 * @param millis from asking the old process until it was gone
 * @param exitCode of the old process
 * @param gone when that was, a reading of {@link System#nanoTime}
 * @param after when traffic had run for a while
 * @param window what ended from asking until the next upgrade is asked for
 * @param falls counters that were less than before, in words
 */
record Hop(int number, Handover handover, double millis, int exitCode, long gone, Look after, Window window,
        List<String> falls) {

    /** The slowest of those that were under way, or begun, while there were two processes. */
    double slowest(List<Request> requests) {
        return Request.slowest(requests.stream().filter(request -> request.begun() - gone < 0).toList());
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("upgrade", number);
        map.put("pid", handover.pid());
        map.put("clientsHandedOver", handover.clients());
        map.put("linksHandedOver", handover.links());
        map.put("frozenMillis", handover.frozen());
        map.put("untilOldOneHasGoneMillis", Summary.rounded(millis));
        map.put("exitCode", exitCode);
        map.put("slowestRequestMillis", Summary.rounded(slowest(window.requests())));
        map.put("slowestVisitMillis", Summary.rounded(slowest(window.visits())));
        map.put("slowestStreamMillis", Summary.rounded(slowest(window.streams())));
        map.putAll(window.asMap());
        map.put("countersFell", falls);
        map.put("afterwards", after.asMap());
        return map;
    }
}
