package io.mtproxy.tools.acceptance;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples in short. Percentiles are values that occurred (nearest rank); all are 0 when there was no sample.
 *
 * @param count how many
 * @param min the least
 * @param mean their average
 * @param p50 the median
 * @param p95 95 of 100 are not above
 * @param p99 99 of 100 are not above
 * @param max the largest
 */
public record Summary(int count, double min, double mean, double p50, double p95, double p99, double max) {

    static Summary of(double[] sorted) {
        if (sorted.length == 0) {
            return new Summary(0, 0, 0, 0, 0, 0, 0);
        }
        return new Summary(sorted.length, sorted[0], Arrays.stream(sorted).sum() / sorted.length, rank(sorted, 50),
                rank(sorted, 95), rank(sorted, 99), sorted[sorted.length - 1]);
    }

    /** The median of a few values; of an even number of them the mean of the two in the middle. */
    public static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("median of no values");
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** For a report, with microseconds kept. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("count", count);
        map.put("min", rounded(min));
        map.put("mean", rounded(mean));
        map.put("p50", rounded(p50));
        map.put("p95", rounded(p95));
        map.put("p99", rounded(p99));
        map.put("max", rounded(max));
        return map;
    }

    /** To three digits behind the point. */
    public static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static double rank(double[] sorted, int percent) {
        return sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
    }
}
