package io.mtproxy.tools.probe;

import java.util.Arrays;

/** The two-sample test: could both samples come from one distribution? */
final class KolmogorovSmirnov {

    private static final int TERMS = 100;

    private KolmogorovSmirnov() {}

    /** The probability of a distance like theirs, or a larger one, if they do; asymptotic, good from some 20 values each. */
    static double p(double[] first, double[] second) {
        double n = first.length;
        double m = second.length;
        double root = Math.sqrt(n * m / (n + m));
        return tail((root + 0.12 + 0.11 / root) * distance(first, second));
    }

    /** The largest distance of the two distribution functions. */
    static double distance(double[] first, double[] second) {
        double[] a = first.clone();
        double[] b = second.clone();
        Arrays.sort(a);
        Arrays.sort(b);
        double largest = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            double x = Math.min(a[i], b[j]);
            while (i < a.length && a[i] <= x) {
                i++;
            }
            while (j < b.length && b[j] <= x) {
                j++;
            }
            largest = Math.max(largest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        return largest;
    }

    /** 2 * sum of (-1)^(k-1) exp(-2 k^2 x^2). */
    private static double tail(double x) {
        if (x < 0.2) {
            return 1; // the sum does not converge; it is 1 to 12 digits
        }
        double sum = 0;
        for (int k = 1; k <= TERMS; k++) {
            sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * x * x);
        }
        return Math.clamp(sum, 0, 1);
    }
}
