package io.mtproxy.wire.faketls;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How large the records of a stream may become. Immutable, any thread; where a stream stands in it is kept by its
 * {@link RecordWriter}.
 *
 * <p>
 * Sizes are drawn from ranges: a size that is always the same tells proxies of one kind from everything else (C: 1425, others
 * 1369 or 2878). Above 16384 bytes, which a real site's records have by some for their authentication tag (RFC 8446, 5.2),
 * TDLib up to 2019 refuses.
 */
public final class RecordSizes {
    private final List<Step> steps;
    private final int smallest;

    /**
     * So many records of a size between two bounds, both inclusive.
     *
     * @param records how many before the next step; of the last step it does not matter
     */
    public record Step(int from, int to, int records) {
        /** IllegalArgumentException unless 1 <= from <= to <= 16640 and records >= 1. */
        public Step {
            if (from < 1 || to < from || to > Tls.MAX_CIPHERTEXT || records < 1) {
                throw new IllegalArgumentException(records + " records of " + from + ".." + to
                        + " bytes, expected at least 1 of 1.." + Tls.MAX_CIPHERTEXT);
            }
        }
    }

    private RecordSizes(List<Step> steps) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no steps");
        }
        this.steps = List.copyOf(steps);
        this.smallest = steps.stream().mapToInt(Step::from).min().orElseThrow();
    }

    /** Records of one size. */
    public static RecordSizes fixed(int size) {
        return of(new Step(size, size, 1));
    }

    /** Dynamic growth: the steps one after the other, the last for ever; from the first again after {@link RecordWriter#restart}. */
    public static RecordSizes of(Step... steps) {
        return new RecordSizes(List.of(steps));
    }

    /** As a site was seen to send: these sizes one after the other, the last for ever. */
    public static RecordSizes seen(int... sizes) {
        return new RecordSizes(Arrays.stream(sizes).mapToObj(size -> new Step(size, size, 1)).toList());
    }

    /** The smallest size of all. */
    int smallest() {
        return smallest;
    }

    /** The step behind {@code records} records in the given step: either the same or the next. */
    int step(int step, int records) {
        return step < steps.size() - 1 && records >= steps.get(step).records() ? step + 1 : step;
    }

    int draw(int step, RandomGenerator random) {
        Step s = steps.get(step);
        return s.from() == s.to() ? s.from() : random.nextInt(s.from(), s.to() + 1);
    }
}
