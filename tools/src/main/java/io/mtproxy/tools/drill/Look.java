package io.mtproxy.tools.drill;

import io.mtproxy.tools.stability.Vitals;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A proxy in a moment without a request under way: then as many connections stand as there are clients.
 *
 * @param servedBy process id that its counters tell
 * @param vitals of that process; links to Telegram are no descriptors here: their number is its own business
 */
record Look(long servedBy, Vitals vitals) {

    private static final double MEBIBYTE = 1 << 20;

    /** Memory that is in RAM. */
    long mebibytes() {
        return Math.round(vitals.residentBytes() / MEBIBYTE);
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("servedBy", servedBy);
        map.put("descriptors", vitals.descriptors());
        map.put("threads", vitals.threads());
        map.put("residentMebibytes", mebibytes());
        return map;
    }
}
