package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Digests;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/** The RSA key by which the server proves itself. Any thread. */
public final class ServerKey {
    private static final int LENGTH = 256;
    private static final int OLD_LENGTH = 255;
    private static final int SHA1_LENGTH = 20;
    private static final int PADDED_LENGTH = 192;

    private final RSAPublicKey publicKey;
    private final RSAPrivateCrtKey privateKey;

    /** Takes an RSA pair of 2048 bits. */
    public ServerKey(KeyPair pair) {
        if (!(pair.getPublic() instanceof RSAPublicKey open && pair.getPrivate() instanceof RSAPrivateCrtKey secret
                && open.getModulus().bitLength() == LENGTH * 8)) {
            throw new IllegalArgumentException("not an RSA pair of 2048 bits: " + pair.getPublic());
        }
        publicKey = open;
        privateKey = secret;
    }

    /** A new key; takes some tenths of a second. */
    public static ServerKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(LENGTH * 8);
            while (true) {
                ServerKey key = new ServerKey(generator.generateKeyPair());
                // mtcute prints fingerprints without leading zeros and then does not find the key
                if (key.fingerprint() >>> 60 != 0) {
                    return key;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("RSA is part of every JDK", e);
        }
    }

    /** The lower 64 bits of SHA-1 over modulus and exponent as TL strings. */
    public long fingerprint() {
        return fingerprint(modulus(), exponent());
    }

    static long fingerprint(BigInteger modulus, BigInteger exponent) {
        byte[] hash = Digests.sha1(new TlWriter().number(modulus).number(exponent).toBytes());
        return new TlReader(hash, 12, 8).int64();
    }

    /** PKCS#1, the form in which clients carry Telegram's keys: "BEGIN RSA PUBLIC KEY". */
    public String pem() {
        byte[] body = Numbers.join(derInteger(publicKey.getModulus()), derInteger(publicKey.getPublicExponent()));
        byte[] der = Numbers.join(derHead(0x30, body.length), body);
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN RSA PUBLIC KEY-----\n" + lines + "\n-----END RSA PUBLIC KEY-----\n";
    }

    BigInteger modulus() {
        return publicKey.getModulus();
    }

    BigInteger exponent() {
        return publicKey.getPublicExponent();
    }

    /**
     * Opens the data of req_DH_params: RSA_PAD (core.telegram.org/mtproto/auth_key, point 4.1), or the older form
     * SHA1(data) + data + random bytes, 255 in all.
     *
     * @return the inner data with whatever filled it up
     */
    byte[] open(byte[] encrypted) {
        byte[] block = Numbers.fixed(power(Numbers.of(encrypted)), LENGTH);
        byte[] padded = openPadded(block);
        if (padded.length > 0) {
            return padded;
        }
        byte[] old = Numbers.part(block, LENGTH - OLD_LENGTH, OLD_LENGTH);
        byte[] hash = Numbers.part(old, 0, SHA1_LENGTH);
        byte[] data = Numbers.part(old, SHA1_LENGTH, OLD_LENGTH - SHA1_LENGTH);
        int length = InnerData.length(data);
        if (!MessageDigest.isEqual(hash, Digests.sha1(Numbers.part(data, 0, length)))) {
            throw new ProtocolException(Kind.HANDSHAKE,
                    "the data of req_DH_params fits neither RSA_PAD nor its forerunner");
        }
        return data;
    }

    /** Empty when the block is not of this form. */
    private static byte[] openPadded(byte[] block) {
        byte[] encrypted = Numbers.part(block, 32, LENGTH - 32);
        byte[] temporaryKey = Numbers.xor(Numbers.part(block, 0, 32), Digests.sha256(encrypted));
        byte[] dataWithHash = AesIge.decrypt(encrypted, temporaryKey, new byte[32]);
        byte[] data = Numbers.part(dataWithHash, 0, PADDED_LENGTH);
        for (int i = 0, j = PADDED_LENGTH - 1; i < j; i++, j--) {
            byte swapped = data[i];
            data[i] = data[j];
            data[j] = swapped;
        }
        byte[] hash = Numbers.part(dataWithHash, PADDED_LENGTH, 32);
        return MessageDigest.isEqual(hash, Digests.sha256(temporaryKey, data)) ? data : new byte[0];
    }

    /** The private operation by the Chinese remainder theorem. */
    private BigInteger power(BigInteger c) {
        if (c.compareTo(modulus()) >= 0) {
            throw new ProtocolException(Kind.HANDSHAKE, "the data of req_DH_params is not below the RSA modulus");
        }
        BigInteger byP = c.modPow(privateKey.getPrimeExponentP(), privateKey.getPrimeP());
        BigInteger byQ = c.modPow(privateKey.getPrimeExponentQ(), privateKey.getPrimeQ());
        BigInteger h = byP.subtract(byQ).multiply(privateKey.getCrtCoefficient()).mod(privateKey.getPrimeP());
        return byQ.add(h.multiply(privateKey.getPrimeQ()));
    }

    private static byte[] derInteger(BigInteger value) {
        byte[] bytes = value.toByteArray();
        return Numbers.join(derHead(2, bytes.length), bytes);
    }

    private static byte[] derHead(int tag, int length) {
        byte[] size = Numbers.unsigned(BigInteger.valueOf(length));
        return length < 128
                ? new byte[] {(byte) tag, (byte) length}
                : Numbers.join(new byte[] {(byte) tag, (byte) (0x80 | size.length)}, size);
    }

    @Override
    public String toString() {
        return "RSA key " + Long.toHexString(fingerprint());
    }
}
