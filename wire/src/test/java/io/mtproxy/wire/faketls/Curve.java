package io.mtproxy.wire.faketls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** What RFC 7748 says of x25519, slowly: to hold keys against. */
final class Curve {
    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    /** The order of the subgroup that 9 generates. */
    static final BigInteger ORDER = BigInteger.TWO.pow(252)
            .add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger A = BigInteger.valueOf(486_662);
    private static final BigInteger A24 = BigInteger.valueOf(121_665);

    private Curve() {}

    /** The number in 32 little-endian bytes. */
    static BigInteger number(byte[] b, int off) {
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = b[off + 31 - i];
        }
        return new BigInteger(1, bigEndian);
    }

    static byte[] bytes(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) {
            bytes[i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    /** u^3 + 486662 u^2 + u has a root (4.1); half of all numbers have not. */
    static boolean onCurve(BigInteger u) {
        BigInteger square = u.pow(3).add(A.multiply(u.pow(2))).add(u).mod(P);
        return square.modPow(P.subtract(BigInteger.ONE).shiftRight(1), P).equals(BigInteger.ONE);
    }

    /** Its multiple by the subgroup's order is the neutral point: the ladder of RFC 7748, 5, ends with z = 0. */
    static boolean inSubgroup(BigInteger u) {
        BigInteger x2 = BigInteger.ONE;
        BigInteger z2 = BigInteger.ZERO;
        BigInteger x3 = u;
        BigInteger z3 = BigInteger.ONE;
        for (int bit = ORDER.bitLength() - 1; bit >= 0; bit--) {
            boolean one = ORDER.testBit(bit);
            BigInteger a = one ? x3.add(z3) : x2.add(z2);
            BigInteger b = one ? x3.subtract(z3) : x2.subtract(z2);
            BigInteger da = (one ? x2.subtract(z2) : x3.subtract(z3)).multiply(a);
            BigInteger cb = (one ? x2.add(z2) : x3.add(z3)).multiply(b);
            BigInteger sumX = da.add(cb).pow(2).mod(P);
            BigInteger sumZ = u.multiply(da.subtract(cb).pow(2)).mod(P);
            BigInteger aa = a.pow(2);
            BigInteger bb = b.pow(2);
            BigInteger e = aa.subtract(bb);
            BigInteger doubleX = aa.multiply(bb).mod(P);
            BigInteger doubleZ = e.multiply(aa.add(A24.multiply(e))).mod(P);
            x2 = one ? sumX : doubleX;
            z2 = one ? sumZ : doubleZ;
            x3 = one ? doubleX : sumX;
            z3 = one ? doubleZ : sumZ;
        }
        return z2.signum() == 0;
    }

    /** The JDK's public key for the base point times any number that is no multiple of the order. */
    static byte[] publicKey(BigInteger multiple) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("X25519");
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.generatePrivate(
                new XECPrivateKeySpec(NamedParameterSpec.X25519, bytes(clamped(multiple)))));
        agreement.doPhase(
                keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(9))), true);
        return agreement.generateSecret();
    }

    /** A private key as x25519 wants it, 2^254 + 8n, with the same u: the opposite multiple has it, too. */
    private static BigInteger clamped(BigInteger multiple) {
        for (BigInteger m : new BigInteger[] {multiple.mod(ORDER), multiple.negate().mod(ORDER)}) {
            for (int i = 0; i < 8; i++, m = m.add(ORDER)) {
                if (m.bitLength() == 255 && m.getLowestSetBit() >= 3) {
                    return m;
                }
            }
        }
        throw new IllegalArgumentException("no private key for " + multiple);
    }
}
