package io.mtproxy.wire.faketls;

/**
 * Multiples of the base point, 60 KB: 1 to 16 times B, 1 to 16 times 256 B, and so on up to 256^31 B. One of each row, added
 * or subtracted, makes a multiple of B that can be any of 2^160: to find out that it is not any of 2^252 one would have to try
 * 2^80. Built in a few milliseconds when a key is first wanted; read by any thread.
 */
final class CurveTable {
    static final int ROWS = 32;
    private static final int ROW = 16;
    private static final int ROW_BITS = 8;

    private static final long[] POINTS = build();

    private CurveTable() {}

    private static long[] build() {
        long[] table = new long[ROWS * ROW * CurvePoint.STORED];
        CurvePoint[] points = new CurvePoint[ROWS * ROW];
        CurvePoint next = new CurvePoint();
        next.base();
        for (int i = 0; i < points.length; i += ROW) {
            points[i] = next.copy();
            for (int bit = 0; bit < ROW_BITS; bit++) {
                next.twice();
            }
        }
        store(points, ROW, table);
        for (int i = 0; i < points.length; i++) {
            if (i % ROW > 0) {
                points[i] = points[i - 1].copy();
                points[i].add(table, (i - i % ROW) * CurvePoint.STORED);
            }
        }
        store(points, 1, table);
        return table;
    }

    /** Stores the first of so many points, and of the next so many, and so on. */
    private static void store(CurvePoint[] points, int every, long[] table) {
        FieldElement[] inverses = FieldElement.zeros(points.length / every);
        for (int i = 0; i < inverses.length; i++) {
            points[i * every].z(inverses[i]);
        }
        new Inverses(inverses.length).invert(inverses, inverses.length);
        for (int i = 0; i < inverses.length; i++) {
            points[i * every].store(inverses[i], table, i * every * CurvePoint.STORED);
        }
    }

    /**
     * The base point times the sum of all {@code digit(choices[off + i]) * 256^i}, 32 of them: never a multiple of the order, thus
     * never the neutral point.
     */
    static void multiply(byte[] choices, int off, CurvePoint to) {
        to.neutral();
        for (int i = 0; i < ROWS; i++) {
            int digit = digit(choices[off + i]);
            int at = (i * ROW + Math.abs(digit) - 1) * CurvePoint.STORED;
            if (digit > 0) {
                to.add(POINTS, at);
            } else {
                to.subtract(POINTS, at);
            }
        }
    }

    /** What a byte chooses: 1 to 16, or -1 to -16 when it is negative. */
    static int digit(byte choice) {
        int digit = 1 + (choice & ROW - 1);
        return choice < 0 ? -digit : digit;
    }
}
