package io.mtproxy.proxy.access;

import io.mtproxy.wire.crypto.Bytes;

/**
 * Which secret was last seen from an address: to be tried first. A table of fixed size in which addresses may displace each
 * other; a wrong hint costs time and nothing else. Any thread: an entry is two bytes, written as a whole.
 */
public final class SecretHints {
    /** No hint. */
    public static final int NONE = -1;
    private static final int BITS = 13;

    /** Index of the secret plus one, 0 = none. */
    private final short[] seen = new short[1 << BITS];

    /** Index of the secret that was last seen from an address, or {@link #NONE}. */
    public int of(byte[] address) {
        return seen[place(address)] - 1;
    }

    /**
     * Notes which secret an address has used.
     *
     * @param secretIndex below 32,767
     */
    public void seen(byte[] address, int secretIndex) {
        seen[place(address)] = (short) (secretIndex + 1);
    }

    /** Of an IPv6 address the network: hosts change the rest at will. */
    private static int place(byte[] address) {
        int word = address.length == 4
                ? Bytes.int32(address, 0)
                : Bytes.int32(address, 0) * 31 + Bytes.int32(address, 4);
        return (word * 0x9E3779B1) >>> (Integer.SIZE - BITS);
    }
}
