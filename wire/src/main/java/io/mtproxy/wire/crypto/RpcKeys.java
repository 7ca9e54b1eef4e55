package io.mtproxy.wire.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The key derivation between a proxy and a middle proxy (C: net-crypto-aes). Both nonces, the addresses as seen after
 * NAT translation, the secret file and with DH the shared value are laid out in one input; MD5 and SHA-1 make key and iv of
 * it. The two directions differ by the word {@code CLIENT} or {@code SERVER} only. Stateless, any thread.
 */
public final class RpcKeys {
    private static final int NONCE = 16;
    private static final int HEAD = 54;
    /** how much of the key is MD5; the rest is SHA-1 */
    private static final int MD5_PART = 12;

    private RpcKeys() {}

    /** Who writes the direction. */
    public enum Role {
        /** what the proxy writes */
        CLIENT,
        /** what the middle proxy writes */
        SERVER
    }

    /** One end of the TCP connection: 4 or 16 bytes in network order, port 0..65535. */
    public record Endpoint(byte[] address, int port) {}

    /** What the nonce exchange agreed on. Nonces of 16 bytes; the time is the proxy's, seconds; both addresses of one family. */
    public record Material(byte[] clientNonce, byte[] serverNonce, int clientTime, Endpoint client, Endpoint server) {}

    /** A key of 32 bytes and an iv of 16. */
    public record Direction(byte[] key, byte[] iv) {}

    /**
     * Key and iv of one direction.
     *
     * @param secret the whole secret file
     * @param dhShared null without DH, else the 256-byte shared value
     */
    public static Direction derive(Role role, Material m, byte[] secret, byte @Nullable [] dhShared) {
        byte[] input = input(role, m, secret);
        if (dhShared != null) {
            input = xor(input, dhShared);
        }
        byte[] key = Arrays.copyOf(Digests.md5(tail(input, 1)), Aes.KEY);
        System.arraycopy(Digests.sha1(input), 0, key, MD5_PART, Aes.KEY - MD5_PART);
        return new Direction(key, Digests.md5(tail(input, 2)));
    }

    static byte[] input(Role role, Material m, byte[] secret) {
        boolean wide = wide(m);
        byte[] s = new byte[HEAD + secret.length + NONCE + (wide ? 32 : 0) + NONCE];
        put(s, 0, m.serverNonce(), NONCE);
        put(s, 16, m.clientNonce(), NONCE);
        Bytes.putInt32(s, 32, m.clientTime());
        Bytes.putInt16(s, 40, m.client().port());
        put(s, 42, role.name().getBytes(StandardCharsets.US_ASCII), 6);
        Bytes.putInt16(s, 52, m.server().port());
        put(s, HEAD, secret, secret.length);
        put(s, HEAD + secret.length, m.serverNonce(), NONCE);
        if (wide) {
            put(s, HEAD + secret.length + NONCE, m.client().address(), 16);
            put(s, HEAD + secret.length + NONCE + 16, m.server().address(), 16);
        } else {
            putReversed(s, 36, m.server().address());
            putReversed(s, 48, m.client().address());
        }
        put(s, s.length - NONCE, m.clientNonce(), NONCE);
        return s;
    }

    /** Over the common length; a longer shared value lengthens the input. */
    static byte[] xor(byte[] input, byte[] shared) {
        byte[] result = Arrays.copyOf(input, Math.max(input.length, shared.length));
        for (int i = 0; i < shared.length; i++) {
            result[i] = (byte) (result[i] ^ shared[i]);
        }
        return result;
    }

    private static boolean wide(Material m) {
        int client = m.client().address().length;
        int server = m.server().address().length;
        if (client != server || (client != 4 && client != 16)) {
            throw new IllegalArgumentException(
                    "addresses of " + client + " and " + server + " bytes, expected both 4 or both 16");
        }
        return client == 16;
    }

    private static void put(byte[] s, int off, byte[] part, int length) {
        if (part.length != length) {
            throw new IllegalArgumentException("part of " + part.length + " bytes, expected " + length);
        }
        System.arraycopy(part, 0, s, off, length);
    }

    /** C has IPv4 addresses as numbers in host order, so their octets stand reversed. */
    private static void putReversed(byte[] s, int off, byte[] address) {
        for (int i = 0; i < 4; i++) {
            s[off + i] = address[3 - i];
        }
    }

    private static byte[] tail(byte[] input, int from) {
        return Arrays.copyOfRange(input, from, input.length);
    }
}
