package io.mtproxy.tools.acceptance;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Values of one kind, milliseconds if not said otherwise, all of them kept. Any thread. */
public final class Samples {

    private double[] values = new double[256];
    private int count;

    /** One more. */
    public synchronized void add(double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    /** The time since a reading of {@link System#nanoTime}, in milliseconds. */
    public void since(long startNanos) {
        add(millis(System.nanoTime() - startNanos));
    }

    /** All those of another. */
    public void addAll(Samples other) {
        for (double value : other.sorted()) {
            add(value);
        }
    }

    /** What they amount to. */
    public Summary summary() {
        return Summary.of(sorted());
    }

    /** In milliseconds. */
    public static double millis(long nanos) {
        return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private synchronized double[] sorted() {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }
}
