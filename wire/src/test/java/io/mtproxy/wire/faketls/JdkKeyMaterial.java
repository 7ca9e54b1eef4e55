package io.mtproxy.wire.faketls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import javax.crypto.KEM;
import org.jspecify.annotations.Nullable;

/**
 * Key shares from the JDK, made when they are asked for: a tenth of a millisecond each, so keep it off threads that many
 * clients wait for. Encapsulates to the client's key when that is valid (FIPS 203, 7.2), else to a key of its own. One owner
 * thread.
 */
final class JdkKeyMaterial implements KeyMaterial {
    /** What stands before the key in its X.509 form: id-alg-ml-kem-768, 2.16.840.1.101.3.4.4.2. */
    private static final byte[] X509_HEAD = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    private final SecureRandom random;
    private final KeyPairGenerator x25519;
    private final KeyFactory keys;
    private final KEM kem;
    private KEM.@Nullable Encapsulator toOwnKey;

    /** @param random for all keys that this object makes */
    JdkKeyMaterial(SecureRandom random) {
        this.random = random;
        try {
            x25519 = KeyPairGenerator.getInstance("X25519");
            x25519.initialize(NamedParameterSpec.X25519, random);
            keys = KeyFactory.getInstance("ML-KEM-768");
            kem = KEM.getInstance("ML-KEM-768");
        } catch (GeneralSecurityException e) {
            throw broken(e);
        }
    }

    @Override
    public void x25519(byte[] dst, int off) {
        BigInteger u = ((XECPublicKey) x25519.generateKeyPair().getPublic()).getU();
        for (int i = 0; i < X25519; i++) {
            dst[off + i] = u.shiftRight(8 * i).byteValue();
        }
    }

    @Override
    public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
        KEM.Encapsulator encapsulator = encapsulator(key, keyOff);
        byte[] ciphertext = (encapsulator == null ? toOwnKey() : encapsulator).encapsulate().encapsulation();
        System.arraycopy(ciphertext, 0, dst, off, MLKEM768_CIPHERTEXT);
    }

    /** Null when the key is invalid. */
    private KEM.@Nullable Encapsulator encapsulator(byte[] key, int keyOff) {
        byte[] encoded = new byte[X509_HEAD.length + MLKEM768_KEY];
        System.arraycopy(X509_HEAD, 0, encoded, 0, X509_HEAD.length);
        System.arraycopy(key, keyOff, encoded, X509_HEAD.length, MLKEM768_KEY);
        try {
            return kem.newEncapsulator(keys.generatePublic(new X509EncodedKeySpec(encoded)), random);
        } catch (InvalidKeySpecException | InvalidKeyException e) {
            return null;
        }
    }

    private KEM.Encapsulator toOwnKey() {
        KEM.Encapsulator own = toOwnKey;
        if (own == null) {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM-768");
                generator.initialize(NamedParameterSpec.ML_KEM_768, random);
                own = kem.newEncapsulator(generator.generateKeyPair().getPublic(), random);
            } catch (GeneralSecurityException e) {
                throw broken(e);
            }
            toOwnKey = own;
        }
        return own;
    }

    private static IllegalStateException broken(GeneralSecurityException e) {
        return new IllegalStateException("X25519 or ML-KEM-768 does not work in this JDK", e);
    }
}
