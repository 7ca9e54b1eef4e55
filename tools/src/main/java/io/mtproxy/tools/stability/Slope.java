package io.mtproxy.tools.stability;

import java.util.List;

/**
 * The straight line that fits a row of samples best (least squares): what grows for ever shows in it, what swings does not.
 *
 * @param perSecond how much the value grows
 * @param seconds from the first sample to the last
 */
public record Slope(double perSecond, double seconds) {

    private static final double HOUR = 3600;

    /** A value at a time. */
    public record Sample(double second, double value) {}

    /** Of at least two samples at different times, else IllegalArgumentException: fewer say nothing. */
    public static Slope of(List<Sample> samples) {
        double meanTime = samples.stream().mapToDouble(Sample::second).average().orElse(Double.NaN);
        double meanValue = samples.stream().mapToDouble(Sample::value).average().orElse(Double.NaN);
        double together = 0;
        double square = 0;
        for (Sample s : samples) {
            together += (s.second - meanTime) * (s.value - meanValue);
            square += (s.second - meanTime) * (s.second - meanTime);
        }
        if (!(square > 0)) {
            throw new IllegalArgumentException(samples.size() + " samples, expected two at different times");
        }
        return new Slope(together / square, samples.getLast().second - samples.getFirst().second);
    }

    /** How much it grew over all the time, by that line. */
    public double growth() {
        return perSecond * seconds;
    }

    /** How much it would grow in an hour. */
    public double perHour() {
        return perSecond * HOUR;
    }
}
