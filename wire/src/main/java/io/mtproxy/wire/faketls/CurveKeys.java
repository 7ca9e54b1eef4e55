package io.mtproxy.wire.faketls;

/**
 * Public keys of x25519 (RFC 7748, 6.1): numbers of points in the subgroup of prime order, as all public keys are. What they
 * are multiplied with is not full-length and not kept secret in time: not for keys that anyone uses. Allocates nothing. One
 * owner thread.
 */
final class CurveKeys {
    /** Most keys at a time: they share one inversion, half of the work for one alone. */
    static final int BATCH = 32;

    private final CurvePoint point = new CurvePoint();
    private final FieldElement[] above = FieldElement.zeros(BATCH);
    private final FieldElement[] below = FieldElement.zeros(BATCH);
    private final Inverses inverses = new Inverses(BATCH);

    /** Writes 1 to 32 keys of 32 bytes, each for 32 bytes of which {@link CurveTable#multiply} uses five bits. */
    void make(byte[] choices, int choiceOff, int count, byte[] dst, int off) {
        for (int i = 0; i < count; i++) {
            CurveTable.multiply(choices, choiceOff + i * CurveTable.ROWS, point);
            point.u(above[i], below[i]);
        }
        inverses.invert(below, count);
        for (int i = 0; i < count; i++) {
            above[i].product(above[i], below[i]);
            above[i].write(dst, off + i * KeyMaterial.X25519);
        }
    }
}
