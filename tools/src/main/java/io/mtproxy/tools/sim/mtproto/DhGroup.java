package io.mtproxy.tools.sim.mtproto;

import java.math.BigInteger;
import java.security.SecureRandom;

/** The group of the key exchange between clients and Telegram: the prime that Telegram uses and clients know, g = 3. */
final class DhGroup {
    static final int LENGTH = 256;
    static final int GENERATOR = 3;
    /** core.telegram.org/mtproto/security_guidelines: the safe prime that clients need not test. */
    static final BigInteger PRIME = new BigInteger("""
            c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f\
            48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37\
            20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64\
            2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4\
            a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754\
            fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4\
            e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f\
            0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b""", 16);

    private static final BigInteger MARGIN = BigInteger.ONE.shiftLeft(2048 - 64);

    private DhGroup() {}

    static BigInteger exponent(SecureRandom random) {
        return new BigInteger(2048, random);
    }

    static BigInteger publicValue(BigInteger exponent) {
        return BigInteger.valueOf(GENERATOR).modPow(exponent, PRIME);
    }

    static byte[] shared(BigInteger peer, BigInteger exponent) {
        return Numbers.fixed(peer.modPow(exponent, PRIME), LENGTH);
    }

    /** Both sides refuse values outside of 2^1984 .. p - 2^1984 (the same page). */
    static boolean acceptable(BigInteger publicValue) {
        return publicValue.compareTo(MARGIN) >= 0 && publicValue.compareTo(PRIME.subtract(MARGIN)) <= 0;
    }
}
