package io.mtproxy.wire.faketls;

/**
 * Where an answer's key shares come from. Nobody ever uses the secrets behind them, so they can be made ahead, on another
 * thread. An implementation says which threads may call it.
 */
public interface KeyMaterial {
    /** Bytes of an x25519 public key (RFC 7748, 6.1). */
    int X25519 = 32;
    /** Bytes of an ML-KEM-768 encapsulation key (FIPS 203, table 3). */
    int MLKEM768_KEY = 1184;
    /** Bytes of an ML-KEM-768 ciphertext (FIPS 203, table 3). */
    int MLKEM768_CIPHERTEXT = 1088;

    /**
     * Writes a fresh x25519 public key, 32 bytes. It has to be a point of the curve: of random bytes half are not, and who
     * looks at a few answers sees that.
     */
    void x25519(byte[] dst, int off);

    /**
     * Writes a fresh ML-KEM-768 ciphertext, 1088 bytes. Random bytes will not do: the 768 ten-bit numbers of its first part
     * are compressed from 3329 values, so 257 of the 1024 numbers come a third more often than the others, and a single
     * answer tells random bytes from a ciphertext by more than three standard deviations. A ciphertext for any other key, however, cannot
     * be told from one for the client's by anyone who lacks the client's secret (ML-KEM is anonymous); it may be made ahead.
     *
     * @param key where the client's encapsulation key stands, 1184 bytes; it may be invalid, and may be left unused
     */
    void mlKem768(byte[] key, int keyOff, byte[] dst, int off);
}
