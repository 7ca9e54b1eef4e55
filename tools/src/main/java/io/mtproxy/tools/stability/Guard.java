package io.mtproxy.tools.stability;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Something that was measured and what it has to be.
 *
 * @param name what was measured, with its unit
 * @param measured the value
 * @param rule what is expected of it, as people write it
 * @param holds whether it is so
 */
public record Guard(String name, double measured, String rule, boolean holds) {

    /** It may not be more than that. A value that is no number holds nothing. */
    public static Guard atMost(String name, double measured, double limit) {
        return new Guard(name, measured, "<= " + number(limit), measured <= limit);
    }

    /** It may not be less than that. A value that is no number holds nothing. */
    public static Guard atLeast(String name, double measured, double limit) {
        return new Guard(name, measured, ">= " + number(limit), measured >= limit);
    }

    /** The same with whole numbers. */
    public static Guard atMost(String name, long measured, long limit) {
        return atMost(name, (double) measured, (double) limit);
    }

    /** The same with whole numbers. */
    public static Guard atLeast(String name, long measured, long limit) {
        return atLeast(name, (double) measured, (double) limit);
    }

    /** It has to be exactly that. */
    public static Guard exactly(String name, long measured, long expected) {
        return new Guard(name, (double) measured, "= " + expected, measured == expected);
    }

    /** Something that has to be true. */
    public static Guard that(String name, boolean holds) {
        return new Guard(name, holds ? 1 : 0, "true", holds);
    }

    /** It may be anything: it stands in the report and cannot fail. */
    static Guard told(String name, double measured) {
        return new Guard(name, measured, "told", true);
    }

    /** A whole number as such, others with three digits behind the point. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /** For a JSON file. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("measured", measured);
        map.put("expected", rule);
        map.put("ok", holds);
        return map;
    }

    @Override
    public String toString() {
        return name + ": " + number(measured) + " (expected: " + rule + ")";
    }
}
