package io.mtproxy.wire.crypto;

import javax.crypto.Cipher;

/**
 * Ciphers that {@link AesCtr} streams lend each other: finding one in the JDK costs more than giving it another key, and
 * each is about 1 KB. A cipher carries no state over, the next stream gives it its own key. One owner thread, whose streams
 * must all be used there.
 */
public final class CtrCiphers {
    private static final int KEPT = 64;

    private final Cipher[] free = new Cipher[KEPT];
    private int count;

    /** One that no stream has; it stands anywhere. */
    Cipher take() {
        return count > 0 ? free[--count] : Aes.ctr();
    }

    /** Ends the use of one by a stream. */
    void give(Cipher cipher) {
        if (count < KEPT) {
            free[count++] = cipher;
        }
    }

    /** How many wait for a stream. */
    int count() {
        return count;
    }
}
