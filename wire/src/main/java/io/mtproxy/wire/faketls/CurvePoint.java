package io.mtproxy.wire.faketls;

/**
 * A point of edwards25519, -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, 5.1), changed in place: extended coordinates X, Y, Z, T with
 * x = X/Z, y = Y/Z, xy = T/Z. The curve of x25519 is the same one in other coordinates (RFC 7748, 4.1). What is added is a
 * stored point: y + x, y - x and 2dxy, with Z = 1. One owner thread.
 */
final class CurvePoint {
    private static final int PLUS = 0;
    private static final int MINUS = FieldElement.LIMBS;
    private static final int PRODUCT = 2 * FieldElement.LIMBS;
    /** Longs of a stored point. */
    static final int STORED = 3 * FieldElement.LIMBS;

    private static final FieldElement D = FieldElement
            .of("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");

    private final FieldElement x = new FieldElement();
    private final FieldElement y = new FieldElement();
    private final FieldElement z = new FieldElement();
    private final FieldElement t = new FieldElement();
    // what the formulas of RFC 8032, 5.1.4 call so
    private final FieldElement d = new FieldElement();
    private final FieldElement e = new FieldElement();
    private final FieldElement f = new FieldElement();
    private final FieldElement g = new FieldElement();
    private final FieldElement h = new FieldElement();

    /** Becomes the neutral point. */
    void neutral() {
        x.set(0);
        y.set(1);
        z.set(1);
        t.set(0);
    }

    /** Becomes the point that all keys are multiples of: u = 9, y = 4/5, of prime order. */
    void base() {
        x.set(FieldElement.of("216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a"));
        y.set(FieldElement.of("6666666666666666666666666666666666666666666666666666666666666658"));
        z.set(1);
        t.product(x, y);
    }

    CurvePoint copy() {
        CurvePoint copy = new CurvePoint();
        copy.x.set(x);
        copy.y.set(y);
        copy.z.set(z);
        copy.t.set(t);
        return copy;
    }

    /** Adds a stored point. The formulas hold for any two points, equal and neutral ones included. */
    void add(long[] table, int off) {
        combine(table, off + PLUS, off + MINUS, off + PRODUCT);
        g.sum(d, f);
        f.difference(d, f);
        multiply();
    }

    /** Subtracts a stored point: its opposite has the other x, thus y + x and y - x swapped. */
    void subtract(long[] table, int off) {
        combine(table, off + MINUS, off + PLUS, off + PRODUCT);
        g.difference(d, f);
        f.sum(d, f);
        multiply();
    }

    /** Leaves D, E, H, and C in f. */
    private void combine(long[] table, int plus, int minus, int product) {
        e.difference(y, x);
        f.load(table, minus);
        f.product(f, e);
        e.sum(y, x);
        h.load(table, plus);
        h.product(h, e);
        e.difference(h, f);
        h.sum(h, f);
        f.load(table, product);
        f.product(f, t);
        d.sum(z, z);
    }

    private void multiply() {
        x.product(e, f);
        y.product(g, h);
        t.product(e, h);
        z.product(f, g);
    }

    /** Adds the point to itself. */
    void twice() {
        e.sum(x, y);
        e.square(e);
        f.square(x);
        g.square(y);
        d.square(z);
        d.sum(d, d);
        h.sum(f, g);
        e.difference(h, e);
        g.difference(f, g);
        f.sum(d, g);
        multiply();
    }

    /** The point's number on the curve of x25519 as a fraction, u = (1 + y) / (1 - y). The neutral point has none: zero below. */
    void u(FieldElement above, FieldElement below) {
        above.sum(z, y);
        below.difference(z, y);
    }

    /** What {@link #store} wants the inverse of. */
    void z(FieldElement to) {
        to.set(z);
    }

    /** Stores the point, to be added later. */
    void store(FieldElement inverseOfZ, long[] table, int off) {
        e.product(x, inverseOfZ);
        f.product(y, inverseOfZ);
        g.sum(f, e);
        g.store(table, off + PLUS);
        g.difference(f, e);
        g.store(table, off + MINUS);
        g.product(e, f);
        h.sum(D, D);
        g.product(g, h);
        g.store(table, off + PRODUCT);
    }
}
