package io.mtproxy.tools.link;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** The secret of a proxy, 16 bytes, and the form in which a client was given it. */
public final class ProxySecret {

    private static final int LENGTH = 16;
    private static final String PADDED = "dd";

    private final byte[] key;
    private final boolean paddedOnly;

    private ProxySecret(byte[] key, boolean paddedOnly) {
        this.key = key;
        this.paddedOnly = paddedOnly;
    }

    /** A new one. */
    public static ProxySecret generate(SecureRandom random) {
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        return new ProxySecret(key, false);
    }

    /**
     * Reads 32 hex digits, with {@code dd} in front for a client that has to use padded framing.
     *
     * @throws IllegalArgumentException without the text, which may be a mistyped secret
     */
    public static ProxySecret parse(String text) {
        boolean padded = text.length() == PADDED.length() + 2 * LENGTH
                && text.toLowerCase(Locale.ROOT).startsWith(PADDED);
        String digits = padded ? text.substring(PADDED.length()) : text;
        if (digits.length() != 2 * LENGTH || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "secret of " + text.length() + " characters (expected: 32 hex digits, or dd and 32 hex digits)");
        }
        return new ProxySecret(HexFormat.of().parseHex(digits), padded);
    }

    /** The 16 bytes; a copy. */
    public byte[] key() {
        return key.clone();
    }

    /** Was it given in the form that asks for padded framing? */
    public boolean paddedOnly() {
        return paddedOnly;
    }

    /** 32 hex digits, as the daemon takes it. */
    public String plain() {
        return HexFormat.of().formatHex(key);
    }

    /** The form for clients that makes them use padded framing, which is harder to tell from noise. */
    public String padded() {
        return PADDED + plain();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProxySecret that && paddedOnly == that.paddedOnly
                && MessageDigest.isEqual(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** Not the secret: it would end in logs. */
    @Override
    public String toString() {
        return paddedOnly ? "secret (dd)" : "secret";
    }
}
