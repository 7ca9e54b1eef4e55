package io.mtproxy.wire.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One-shot digests over parts that are taken as if they stood behind each other. Any thread. For hot paths keep an object
 * of {@link #newSha256()}.
 */
public final class Digests {
    private Digests() {}

    /** 16 bytes. */
    public static byte[] md5(byte[]... parts) {
        return digest(create("MD5"), parts);
    }

    /** 20 bytes. */
    public static byte[] sha1(byte[]... parts) {
        return digest(create("SHA-1"), parts);
    }

    /** 32 bytes. */
    public static byte[] sha256(byte[]... parts) {
        return digest(newSha256(), parts);
    }

    /** 32 bytes. The key must not be empty. */
    public static byte[] hmacSha256(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 does not work in this JDK", e);
        }
    }

    /** A reusable SHA-256 for one owner thread. */
    public static MessageDigest newSha256() {
        return create("SHA-256");
    }

    private static byte[] digest(MessageDigest digest, byte[]... parts) {
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private static MessageDigest create(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " does not work in this JDK", e);
        }
    }
}
