package io.mtproxy.wire.crypto;

import java.security.GeneralSecurityException;
import java.util.Objects;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What the two AES streams share. */
final class Aes {
    static final int KEY = 32;
    static final int BLOCK = 16;

    private Aes() {}

    /** A copy, so that the caller may reuse its array. */
    static byte[] copy(byte[] bytes, int expected, String what) {
        if (bytes.length != expected) {
            throw new IllegalArgumentException(what + " of " + bytes.length + " bytes, expected " + expected);
        }
        return bytes.clone();
    }

    /** In place would work, at half the speed: the JDK then copies the input first. */
    @SuppressWarnings("ReferenceEquality") // the same array is meant, not equal bytes
    static void check(byte[] src, int srcOff, int len, byte[] dst, int dstOff) {
        if (src == dst) {
            throw new IllegalArgumentException("source and destination are the same array, expected two");
        }
        Objects.checkFromIndexSize(srcOff, len, src.length);
        Objects.checkFromIndexSize(dstOff, len, dst.length);
    }

    static Cipher ctr() {
        try {
            return Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static Cipher cbc() {
        try {
            return Cipher.getInstance("AES/CBC/NoPadding");
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static void init(Cipher cipher, int mode, byte[] key, byte[] iv) {
        try {
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** Neither mode keeps bytes back: CTR is a stream, CBC without padding is only given whole blocks. */
    static void update(Cipher cipher, byte[] src, int srcOff, int len, byte[] dst, int dstOff) {
        try {
            int written = cipher.update(src, srcOff, len, dst, dstOff);
            if (written != len) {
                throw new IllegalStateException("cipher wrote " + written + " bytes, expected " + len);
            }
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("AES does not work in this JDK", e);
    }
}
