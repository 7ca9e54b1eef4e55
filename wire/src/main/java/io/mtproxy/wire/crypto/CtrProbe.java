package io.mtproxy.wire.crypto;

import java.security.GeneralSecurityException;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts one block of an AES-256-CTR stream with one key after the other, to find the key that fits. Cheaper than a
 * stream per key: the cipher and the counter are kept. One owner thread.
 */
public final class CtrProbe {
    private final Cipher cipher = Aes.ctr();
    private IvParameterSpec counter = new IvParameterSpec(new byte[Aes.BLOCK]);

    /** Chooses the stream by its iv and the block by its number, from 0. */
    public void block(byte[] iv16, long number) {
        counter = new IvParameterSpec(AesCtr.counter(iv16, number));
    }

    /** Decrypts the chosen block, 16 bytes at {@code src[srcOff]}, to the start of {@code dst}. */
    public void apply(byte[] key32, byte[] src, int srcOff, byte[] dst) {
        Aes.check(src, srcOff, Aes.BLOCK, dst, 0);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key32, "AES"), counter);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key of " + key32.length + " bytes, expected " + Aes.KEY, e);
        }
        Aes.update(cipher, src, srcOff, Aes.BLOCK, dst, 0);
    }
}
