package io.mtproxy.tools.sim.mtproto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in "infinite garble extension": c[i] = E(p[i] ^ c[i-1]) ^ p[i-1]; the first half of the iv is c[-1], the second
 * p[-1]. Whole messages only, any thread.
 */
final class AesIge {
    private static final int BLOCK = 16;

    private AesIge() {}

    /** Data of a multiple of 16 bytes, key of 32, iv of 32 bytes. */
    static byte[] encrypt(byte[] data, byte[] key, byte[] iv) {
        return apply(Cipher.ENCRYPT_MODE, data, key, iv, 0, BLOCK);
    }

    static byte[] decrypt(byte[] data, byte[] key, byte[] iv) {
        return apply(Cipher.DECRYPT_MODE, data, key, iv, BLOCK, 0);
    }

    /** Both directions are alike but for which half of the iv goes with which side of the block cipher. */
    private static byte[] apply(int mode, byte[] data, byte[] key, byte[] iv, int outChain, int inChain) {
        if (data.length % BLOCK != 0) {
            throw new IllegalArgumentException(data.length + " bytes are not whole blocks of 16");
        }
        byte[] result = new byte[data.length];
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"));
            byte[] mixed = new byte[BLOCK];
            for (int at = 0; at < data.length; at += BLOCK) {
                byte[] lastOut = at == 0 ? iv : result;
                byte[] lastIn = at == 0 ? iv : data;
                int lastOutAt = at == 0 ? outChain : at - BLOCK;
                int lastInAt = at == 0 ? inChain : at - BLOCK;
                for (int i = 0; i < BLOCK; i++) {
                    mixed[i] = (byte) (data[at + i] ^ lastOut[lastOutAt + i]);
                }
                cipher.update(mixed, 0, BLOCK, result, at);
                for (int i = 0; i < BLOCK; i++) {
                    result[at + i] ^= lastIn[lastInAt + i];
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256 in ECB mode is part of every JDK", e);
        }
        return result;
    }
}
