package io.mtproxy.tools.probe;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How one of the two times of a probe compares. Probabilities of the Kolmogorov-Smirnov test.
 *
 * @param siteMicros median at the site
 * @param proxyMicros median at the proxy
 * @param p of the proxy's times against the site's
 * @param control of the site's times against its own
 */
public record Timing(double siteMicros, double proxyMicros, double p, double control) {

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
        SplittableRandom random = new SplittableRandom(timed.size());
        double mean = jitter.toNanos();
        double[] before = new double[timed.size()];
        double[] proxy = new double[timed.size()];
        double[] after = new double[timed.size()];
        for (int i = 0; i < timed.size(); i++) {
            before[i] = time.applyAsLong(timed.get(i).before()) + mean * random.nextExponential();
            proxy[i] = time.applyAsLong(timed.get(i).proxy()) + mean * random.nextExponential();
            after[i] = time.applyAsLong(timed.get(i).after()) + mean * random.nextExponential();
        }
        return new Timing(median(before) / MICROS, median(proxy) / MICROS,
                KolmogorovSmirnov.p(proxy, alternating(before, after)), KolmogorovSmirnov.p(before, after));
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

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("siteMicros", Math.round(siteMicros));
        map.put("proxyMicros", Math.round(proxyMicros));
        map.put("p", p);
        map.put("control", control);
        return map;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
