package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Summary;
import io.mtproxy.tools.acceptance.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of upgrades in a row.
 *
 * @param calm what ended in a while before the first one
 * @param first the first process at the end of that time
 * @param hops one upgrade after the other; fewer than were to be when the drill was broken off
 * @param pids of all processes, in the order of their lives
 * @param counters how many were watched
 * @param stop how the last process ended after SIGTERM
 * @param complaints lines of the log that tell of an exception
 * @param failure why the drill was broken off, or nothing
 */
record Upgrades(Window calm, Look first, List<Hop> hops, List<Long> pids, int counters, ProgramRun.Stop stop,
        long complaints, String failure) {

    /** The last process when traffic had run for a while. */
    Look last() {
        return hops.isEmpty() ? first : hops.getLast().after();
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        Map<String, Object> before = calm.asMap();
        before.put("slowestRequestMillis", Summary.rounded(Request.slowest(calm.requests())));
        before.put("slowestVisitMillis", Summary.rounded(Request.slowest(calm.visits())));
        before.put("process", first.asMap());
        map.put("before", before);
        map.put("upgrades", hops.stream().map(Hop::asMap).toList());
        map.put("countersWatched", counters);
        map.put("stopMillis", Summary.rounded(stop.millis()));
        return map;
    }

    List<String> table() {
        Table table = new Table("upgrade", "frozen ms", "gone ms", "clients", "links", "requests", "slowest ms",
                "visits", "slowest ms", "streams", "lost", "/stats", "failed", "descriptors", "threads", "MiB");
        row(table, "before", "", "", "", "", Request.slowest(calm.requests()), Request.slowest(calm.visits()), calm,
                first);
        for (Hop hop : hops) {
            Handover handover = hop.handover();
            row(table, String.valueOf(hop.number()), handover.frozen(), hop.millis(), handover.clients(),
                    handover.links(), hop.slowest(hop.window().requests()), hop.slowest(hop.window().visits()),
                    hop.window(), hop.after());
        }
        return table.lines();
    }

    private static void row(Table table, String name, Object frozen, Object gone, Object clients, Object links,
            double request, double visit, Window window, Look look) {
        table.row(name, frozen, gone, clients, links, window.requests().size(), request, window.visits().size(), visit,
                window.streams().size(), window.lost(),
                window.questions().size(), Request.failed(window.questions()), look.vitals().descriptors(),
                look.vitals().threads(), look.mebibytes());
    }
}
