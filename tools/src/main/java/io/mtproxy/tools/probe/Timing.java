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
 * How one of the two times of a probe compares.
 *
 * @param siteMicros median at the site, as measured
 * @param proxyMicros median at the proxy, as measured
 * @param verdicts over each of the plan's paths, in their order
 */
public record Timing(double siteMicros, double proxyMicros, List<Verdict> verdicts) {

    /** Below that, two distributions count as different. */
    public static final double SIGNIFICANT = 0.01;
    /** Fewer are not judged. */
    static final int LEAST = 20;

    private static final double MICROS = 1000;

    /**
     * What one finds who measures over a path with such a jitter: probabilities of the Kolmogorov-Smirnov test.
     *
     * @param jitter added to every time: exponential, this mean
     * @param p of the proxy's times against the site's
     * @param control of the site's times against its own
     */
    public record Verdict(Duration jitter, double p, double control) {
        boolean differs() {
            return p < SIGNIFICANT;
        }

        private static Verdict over(Duration jitter, long seed, double[] before, double[] proxy, double[] after) {
            SplittableRandom random = new SplittableRandom(seed + jitter.toNanos());
            double[] first = jittered(before, jitter, random);
            double[] second = jittered(proxy, jitter, random);
            double[] third = jittered(after, jitter, random);
            return new Verdict(jitter, KolmogorovSmirnov.p(second, alternating(first, third)),
                    KolmogorovSmirnov.p(first, third));
        }

        Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("jitterMicros", jitter.toNanos() / 1000);
            map.put("p", p);
            map.put("control", control);
            return map;
        }
    }

    /**
     * Compares one of the times.
     *
     * @param seed of the jitter: the same draws for all would make all probes agree
     * @return null when there are too few times
     */
    static @Nullable Timing of(List<Trial> trials, ToLongFunction<Observation> time, List<Duration> paths,
            long seed) {
        List<Trial> timed = trials.stream().filter(trial -> time.applyAsLong(trial.before()) >= 0
                && time.applyAsLong(trial.proxy()) >= 0 && time.applyAsLong(trial.after()) >= 0).toList();
        if (timed.size() < LEAST) {
            return null;
        }
        double[] before = times(timed, Trial::before, time);
        double[] proxy = times(timed, Trial::proxy, time);
        double[] after = times(timed, Trial::after, time);
        return new Timing(median(before) / MICROS, median(proxy) / MICROS,
                paths.stream().map(jitter -> Verdict.over(jitter, seed, before, proxy, after)).toList());
    }

    private static double[] times(List<Trial> trials, Function<Trial, Observation> side,
            ToLongFunction<Observation> time) {
        return trials.stream().mapToDouble(trial -> time.applyAsLong(side.apply(trial))).toArray();
    }

    private static double[] jittered(double[] times, Duration jitter, SplittableRandom random) {
        return Arrays.stream(times).map(time -> time + jitter.toNanos() * random.nextExponential()).toArray();
    }

    /** As many of the site's as of the proxy's, from both places in the round. */
    private static double[] alternating(double[] before, double[] after) {
        double[] mixed = before.clone();
        for (int i = 1; i < mixed.length; i += 2) {
            mixed[i] = after[i];
        }
        return mixed;
    }

    /** Over the last path, which is the one that counts. */
    public Verdict last() {
        return verdicts.getLast();
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("siteMicros", Math.round(siteMicros));
        map.put("proxyMicros", Math.round(proxyMicros));
        map.put("paths", verdicts.stream().map(Verdict::asMap).toList());
        return map;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
