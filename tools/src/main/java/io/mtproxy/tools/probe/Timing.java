package io.mtproxy.tools.probe;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How one of the two times of a probe compares. Probabilities of the Kolmogorov-Smirnov test.
 *
 * @param siteMicros median at the site
 * @param proxyMicros median at the proxy
 * @param p of the proxy's times against the site's, with the jitter of the path
 * @param control of the site's times against its own, with the jitter of the path
 * @param measured of the proxy's times against the site's, without the jitter
 */
public record Timing(double siteMicros, double proxyMicros, double p, double control, double measured) {

    /** Below that, two distributions count as different. */
    public static final double SIGNIFICANT = 0.01;
    /** Fewer are not judged. */
    static final int LEAST = 20;

    private static final double MICROS = 1000;

    /** Null when there are too few times. */
    static @Nullable Timing of(List<Trial> trials, ToLongFunction<Observation> time, Duration jitter) {
        List<Trial> timed = trials.stream().filter(trial -> time.applyAsLong(trial.before()) >= 0
                && time.applyAsLong(trial.proxy()) >= 0 && time.applyAsLong(trial.after()) >= 0).toList();
        if (timed.size() < LEAST) {
            return null;
        }
        double[] before = times(timed, Trial::before, time);
        double[] proxy = times(timed, Trial::proxy, time);
        double[] after = times(timed, Trial::after, time);
        double measured = KolmogorovSmirnov.p(proxy, alternating(before, after));
        SplittableRandom random = new SplittableRandom(timed.size());
        for (double[] times : List.of(before, proxy, after)) {
            Arrays.setAll(times, i -> times[i] + jitter.toNanos() * random.nextExponential());
        }
        return new Timing(median(before) / MICROS, median(proxy) / MICROS,
                KolmogorovSmirnov.p(proxy, alternating(before, after)), KolmogorovSmirnov.p(before, after), measured);
    }

    private static double[] times(List<Trial> trials, Function<Trial, Observation> side,
            ToLongFunction<Observation> time) {
        return trials.stream().mapToDouble(trial -> time.applyAsLong(side.apply(trial))).toArray();
    }

    /** As many of the site's as of the proxy's, from both places in the round. */
    private static double[] alternating(double[] before, double[] after) {
        double[] mixed = before.clone();
        for (int i = 1; i < mixed.length; i += 2) {
            mixed[i] = after[i];
        }
        return mixed;
    }

    /** Whether who measures many times can tell proxy and site apart. */
    boolean differs() {
        return p < SIGNIFICANT;
    }

    /** The same for one who is on the same machine. */
    boolean differsAsMeasured() {
        return measured < SIGNIFICANT;
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("siteMicros", Math.round(siteMicros));
        map.put("proxyMicros", Math.round(proxyMicros));
        map.put("p", p);
        map.put("control", control);
        map.put("measured", measured);
        return map;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
