package io.mtproxy.wire.crypto;

import io.mtproxy.wire.ProtocolException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Diffie-Hellman in the one fixed group of the middle-proxy protocol (C: net-crypto-dh): 2048 bits, g = 3. All values have
 * 256 bytes, the most significant first, leading zeros kept. Runs once per link, so BigInteger is good enough. Immutable,
 * any thread.
 */
public final class DiffieHellman {
    /** Names the group: the first four bytes of SHA1(u32 3, u32 0x000100fe, prime). */
    public static final int PARAMS_SELECT = 0x00620b93;
    /** Bytes of a public or shared value. */
    public static final int LENGTH = 256;

    private static final byte[] PRIME_BYTES = HexFormat.of().parseHex(
            "8952131b1e3a69ba5f85cf8bd266c12b13831613bd2a4ef835a4d53f9dbb42482dbd462b31d86c816c597752"
                    + "0f1170739ed2ddd6d81b9eb65faaac148753c9e4f072dc11a492730683fa0067826b18c51d7ecba52b826075"
                    + "c0b955e5acafdd74c3795fd9520b480f3be3ba0665338a498ca5daf101760509a38c49e300746408774bb3ed"
                    + "26181a6455766ae9497bb9c3a3ad5cbaf76b73845fbb96bb6d0f684f95d2d39ccbb4a904fab1de4349ce1c20"
                    + "87b6c951ed99f952e34fd1a3fd14833575414729a38be868a4f9ec623a5d24621aba01b255c7e8385d16ac93"
                    + "b02d2a540a7642982d22ada3ccde5c8d266faa25dd2de9f6d49104162f685c45fe34ddab");
    private static final BigInteger PRIME = new BigInteger(1, PRIME_BYTES);
    private static final BigInteger GENERATOR = BigInteger.valueOf(3);

    private final BigInteger exponent;
    private final byte[] publicValue;

    /** A key pair with the given secret exponent, the most significant byte first. */
    public DiffieHellman(byte[] exponent) {
        this.exponent = new BigInteger(1, exponent);
        this.publicValue = fixed(GENERATOR.modPow(this.exponent, PRIME));
    }

    /** A new key pair whose public value passes the peer's check. */
    public static DiffieHellman create(SecureRandom random) {
        byte[] exponent = new byte[LENGTH];
        while (true) {
            random.nextBytes(exponent);
            DiffieHellman made = new DiffieHellman(exponent);
            if (acceptable(made.publicValue)) {
                return made;
            }
        }
    }

    /** Our public value, a copy. */
    public byte[] publicValue() {
        return publicValue.clone();
    }

    /** The shared value. Throws ProtocolException (NONCE) when the peer's public value is not {@link #acceptable}. */
    public byte[] shared(byte[] peerPublic) {
        if (!acceptable(peerPublic)) {
            throw new ProtocolException(ProtocolException.Kind.NONCE,
                    "DH value of " + peerPublic.length + " bytes outside the group, expected " + LENGTH);
        }
        return fixed(new BigInteger(1, peerPublic).modPow(exponent, PRIME));
    }

    /** C's check: 256 bytes, of which the first 8 as a number are not 0 and less than those of the prime. */
    public static boolean acceptable(byte[] publicValue) {
        if (publicValue.length != LENGTH) {
            return false;
        }
        long top = Bytes.int64BigEndian(publicValue, 0);
        return top != 0 && Long.compareUnsigned(top, Bytes.int64BigEndian(PRIME_BYTES, 0)) < 0;
    }

    private static byte[] fixed(BigInteger value) {
        byte[] raw = value.toByteArray();
        byte[] result = new byte[LENGTH];
        int significant = Math.min(raw.length, LENGTH);
        System.arraycopy(raw, raw.length - significant, result, LENGTH - significant, significant);
        return result;
    }
}
