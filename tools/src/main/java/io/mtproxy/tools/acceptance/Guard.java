package io.mtproxy.tools.acceptance;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One thing that has to hold for the candidate, with what was measured. Nothing that is not a number holds.
 *
 * @param id short and stable: letters, digits, dots
 * @param rule in words
 * @param unit of the three values: ms, or nothing for a rate or a count
 * @param reference measured of the reference
 * @param candidate measured of the candidate
 * @param bound that follows from the reference
 * @param atLeast whether the candidate has to reach the bound; else it must not exceed it
 */
public record Guard(String id, String rule, String unit, double reference, double candidate, double bound,
        boolean atLeast) {

    private static final double RATE_MARGIN = 0.02;

    /** A success rate may be at most 0.02 below that of the reference. */
    public static Guard rate(String id, String what, double reference, double candidate) {
        return new Guard(id, what + ": success rate + 0.02 >= reference", "", reference, candidate,
                reference - RATE_MARGIN, true);
    }

    /** A time in milliseconds may be at most so many times that of the reference and so much more. */
    public static Guard time(String id, String what, double reference, double candidate, double factor, int plus) {
        String rule = String.format(Locale.ROOT, "%s <= %s x reference + %d ms", what, number(factor), plus);
        return new Guard(id, rule, "ms", reference, candidate, factor * reference + plus, false);
    }

    /** Something that must not occur more often than said. */
    public static Guard atMost(String id, String rule, double reference, double candidate, double bound) {
        return new Guard(id, rule, "", reference, candidate, bound, false);
    }

    /** Does it hold? */
    public boolean holds() {
        return atLeast ? candidate >= bound : candidate <= bound;
    }

    /** For a report. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("rule", rule);
        map.put("unit", unit);
        map.put("reference", rounded(reference));
        map.put("candidate", rounded(candidate));
        map.put(atLeast ? "atLeast" : "atMost", rounded(bound));
        map.put("verdict", holds() ? "holds" : "FAILS");
        return map;
    }

    private static Object rounded(double value) {
        return Double.isFinite(value) ? (Object) (Math.round(value * 1e6) / 1e6) : String.valueOf(value);
    }

    private static String number(double factor) {
        return factor == Math.rint(factor) ? String.valueOf((long) factor) : String.valueOf(factor);
    }
}
