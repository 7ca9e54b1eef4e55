package io.mtproxy.wire.faketls;

import java.util.Arrays;

/**
 * A proxy secret, prepared for HMAC-SHA256 (RFC 2104): the two 64-byte blocks that its hashes begin with. Immutable, any
 * thread.
 *
 * <p>
 * The blocks are kept, not digests that stand behind them: hashing a block again costs less than to clone a digest (measured
 * on JDK 25: 0.49 against 0.62 us for a hello of 517 bytes, equal at 1760), and makes no garbage.
 */
public final class TlsSecret {
    private static final int BLOCK = 64;

    private final byte[] inner;
    private final byte[] outer;

    /** @param secret 1 to 64 bytes, 16 with Telegram; copied */
    public TlsSecret(byte[] secret) {
        if (secret.length == 0 || secret.length > BLOCK) {
            throw new IllegalArgumentException("secret of " + secret.length + " bytes, expected 1.." + BLOCK);
        }
        inner = block(secret, 0x36);
        outer = block(secret, 0x5c);
    }

    private static byte[] block(byte[] secret, int pad) {
        byte[] block = Arrays.copyOf(secret, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= (byte) pad;
        }
        return block;
    }

    byte[] inner() {
        return inner;
    }

    byte[] outer() {
        return outer;
    }
}
