package io.mtproxy.tools.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The secret of a proxy, 16 bytes, and the form in which a client was given it. */
public final class ProxySecret {

    private static final int LENGTH = 16;
    private static final String PADDED = "dd";
    private static final String FAKE_TLS = "ee";
    private static final int PREFIX = 2;
    /** The longest name of a site (RFC 1035, 2.3.4). */
    private static final int MAX_DOMAIN = 253;

    private final byte[] key;
    private final boolean paddedOnly;
    /** A character for each byte. */
    private final @Nullable String domain;

    private ProxySecret(byte[] key, boolean paddedOnly, @Nullable String domain) {
        this.key = key;
        this.paddedOnly = paddedOnly;
        this.domain = domain;
    }

    /** A new one. */
    public static ProxySecret generate(SecureRandom random) {
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        return new ProxySecret(key, false, null);
    }

    /**
     * Reads 32 hex digits, with {@code dd} in front for a client that has to use padded framing, or with {@code ee} in front
     * and the name of a site in hex behind for one that has to hide in TLS. The same bytes in base64url are taken too.
     *
     * @throws IllegalArgumentException without the text, which may be a mistyped secret
     */
    public static ProxySecret parse(String text) {
        String digits = hex(text).toLowerCase(Locale.ROOT);
        int length = digits.length();
        if (length == 2 * LENGTH) {
            return new ProxySecret(HexFormat.of().parseHex(digits), false, null);
        }
        if (length == PREFIX + 2 * LENGTH && digits.startsWith(PADDED)) {
            return new ProxySecret(HexFormat.of().parseHex(digits.substring(PREFIX)), true, null);
        }
        int domain = length / 2 - 1 - LENGTH;
        if (length % 2 == 0 && domain > 0 && domain <= MAX_DOMAIN && digits.startsWith(FAKE_TLS)) {
            byte[] bytes = HexFormat.of().parseHex(digits.substring(PREFIX));
            return new ProxySecret(Arrays.copyOf(bytes, LENGTH), true,
                    new String(bytes, LENGTH, domain, StandardCharsets.ISO_8859_1));
        }
        throw refusal(text);
    }

    /** Hex digits as they are; base64url, which begins with another byte than a hex digit gives, as hex digits. */
    private static String hex(String text) {
        if (text.chars().allMatch(HexFormat::isHexDigit)) {
            return text;
        }
        try {
            String hex = HexFormat.of().formatHex(Base64.getUrlDecoder().decode(text));
            if (hex.startsWith(PADDED) || hex.startsWith(FAKE_TLS)) {
                return hex;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw refusal(text);
    }

    private static IllegalArgumentException refusal(String text) {
        return new IllegalArgumentException("secret of " + text.length()
                + " characters (expected: 32 hex digits, or dd and 32 hex digits, or ee, 32 hex digits and a name in hex)");
    }

    /** The same for a client that has to hide in TLS, as one that visits this site. */
    public ProxySecret hidden(String site) {
        return new ProxySecret(key, true,
                new String(site.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    /** The 16 bytes; a copy. */
    public byte[] key() {
        return key.clone();
    }

    /** The site as which the client has to hide, a character for each byte; empty in the other forms. */
    public Optional<String> domain() {
        return Optional.ofNullable(domain);
    }

    /** Was it given in a form that asks for padded framing, with or without TLS? */
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

    /** The form for clients, as it was given or made: with {@code ee} and the site, else {@code dd}. */
    public String forClients() {
        return domain == null
                ? padded()
                : FAKE_TLS + plain() + HexFormat.of().formatHex(domain.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProxySecret that && paddedOnly == that.paddedOnly
                && Objects.equals(domain, that.domain) && MessageDigest.isEqual(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** Not the secret: it would end in logs. */
    @Override
    public String toString() {
        if (domain != null) {
            return "secret (ee)";
        }
        return paddedOnly ? "secret (dd)" : "secret";
    }
}
