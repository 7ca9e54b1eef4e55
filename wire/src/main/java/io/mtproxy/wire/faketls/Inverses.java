package io.mtproxy.wire.faketls;

/** Inverts numbers modulo 2^255 - 19, many for little more than the price of one. One owner thread. */
final class Inverses {
    private final FieldElement[] products;
    private final FieldElement inverse = new FieldElement();
    private final FieldElement x = new FieldElement();
    private final FieldElement x9 = new FieldElement();
    private final FieldElement x11 = new FieldElement();
    /** To the power of 2^10 - 1. */
    private final FieldElement ones10 = new FieldElement();
    private final FieldElement ones50 = new FieldElement();

    /** @param most how many at a time */
    Inverses(int most) {
        products = FieldElement.zeros(most);
    }

    /** Inverts the first {@code count} numbers in place, none of them zero: the product of all, then one after the other. */
    void invert(FieldElement[] numbers, int count) {
        products[0].set(numbers[0]);
        for (int i = 1; i < count; i++) {
            products[i].product(products[i - 1], numbers[i]);
        }
        invert(products[count - 1]);
        for (int i = count - 1; i > 0; i--) {
            x.product(inverse, products[i - 1]);
            inverse.product(inverse, numbers[i]);
            numbers[i].set(x);
        }
        numbers[0].set(inverse);
    }

    /** To the power of 2^255 - 21, which makes one with the number itself (Fermat). */
    private void invert(FieldElement number) {
        x.square(number);
        x9.squares(x, 2);
        x9.product(x9, number);
        x11.product(x9, x);
        x.square(x11);
        inverse.product(x, x9);
        shift(5, inverse);
        ones10.set(inverse);
        shift(10, inverse);
        shift(20, inverse);
        shift(10, ones10);
        ones50.set(inverse);
        shift(50, inverse);
        shift(100, inverse);
        shift(50, ones50);
        shift(5, x11);
    }

    /** Puts the bits of another exponent behind those so far. */
    private void shift(int bits, FieldElement other) {
        x.squares(inverse, bits);
        inverse.product(x, other);
    }
}
