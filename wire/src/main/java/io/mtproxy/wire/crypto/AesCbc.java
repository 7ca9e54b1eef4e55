package io.mtproxy.wire.crypto;

import javax.crypto.Cipher;

import org.jspecify.annotations.Nullable;

/**
 * One direction of an AES-256-CBC stream: one chain over the whole life of a link to a middle proxy, no padding, whole
 * 16-byte blocks only. Not thread-safe. {@link #apply} allocates nothing once the cipher is there.
 */
public final class AesCbc {
    private final boolean encrypt;
    private final byte[] key;
    private final byte[] chain;
    private @Nullable Cipher cipher;

    /** What is needed to go on elsewhere: the direction, 32 bytes, and the last cipher block (at the start: the iv). */
    public record State(boolean encrypt, byte[] key, byte[] chain) {}

    /** A stream that goes on where the saved one stood. IllegalArgumentException when the lengths are wrong. */
    public AesCbc(State state) {
        encrypt = state.encrypt();
        key = Aes.copy(state.key(), Aes.KEY, "key");
        chain = Aes.copy(state.chain(), Aes.BLOCK, "chain");
    }

    /** A stream that encrypts, at its start. The arrays are copied. */
    public static AesCbc encryptor(byte[] key32, byte[] iv16) {
        return new AesCbc(new State(true, key32, iv16));
    }

    /** A stream that decrypts, at its start. The arrays are copied. */
    public static AesCbc decryptor(byte[] key32, byte[] iv16) {
        return new AesCbc(new State(false, key32, iv16));
    }

    /**
     * Transforms {@code len} bytes, a multiple of 16, and moves on. {@code src} and {@code dst} must be different arrays.
     * IllegalArgumentException otherwise.
     */
    public void apply(byte[] src, int srcOff, int len, byte[] dst, int dstOff) {
        Aes.check(src, srcOff, len, dst, dstOff);
        if (len % Aes.BLOCK != 0) {
            throw new IllegalArgumentException(len + " bytes, expected a multiple of " + Aes.BLOCK);
        }
        if (len > 0) {
            Aes.update(ready(), src, srcOff, len, dst, dstOff);
            remember(encrypt ? dst : src, (encrypt ? dstOff : srcOff) + len - Aes.BLOCK);
        }
    }

    /** A copy of the state; the stream is not touched. */
    public State save() {
        return new State(encrypt, key.clone(), chain.clone());
    }

    private void remember(byte[] cipherText, int off) {
        System.arraycopy(cipherText, off, chain, 0, Aes.BLOCK);
    }

    private Cipher ready() {
        Cipher current = cipher;
        if (current == null) {
            current = Aes.cbc();
            Aes.init(current, encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key, chain);
            cipher = current;
        }
        return current;
    }
}
