package io.mtproxy.wire.rpc;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.DiffieHellman;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payload of the first frame of each direction (C: net-tcp-rpc-client): {@code u32 type, u32 keySelect, u32 schema,
 * i32 time, 16 bytes nonce}; from schema 2 on {@code u32 count} and that many further keys; with schema 3
 * {@code u32 DH parameters} and 256 bytes of public value. The arrays are not copied.
 *
 * @param keySelect the first word of the secret file
 * @param schema one of the four constants
 * @param time seconds since 1970
 * @param nonce16 16 random bytes
 * @param extraKeys at most 8 further keys that the sender knows; none below schema 2
 * @param dhPublic 256 bytes with schema 3, else null
 */
public record Nonce(int keySelect, int schema, int time, byte[] nonce16, List<Integer> extraKeys,
        byte @Nullable [] dhPublic) {
    /** no encryption: refused by everybody */
    public static final int SCHEMA_NONE = 0;
    /** AES with the keys of the secret file */
    public static final int SCHEMA_AES = 1;
    /** the same, naming further keys */
    public static final int SCHEMA_AES_EXTRA = 2;
    /** AES with a Diffie-Hellman value mixed into the keys */
    public static final int SCHEMA_DH = 3;
    /** The most further keys that are accepted. */
    public static final int MAX_EXTRA_KEYS = 8;

    private static final int FIXED = 32;
    private static final int NONCE_OFF = 16;

    /** IllegalArgumentException for parts that the schema does not have. */
    public Nonce {
        extraKeys = List.copyOf(extraKeys);
        boolean fits = nonce16.length == FIXED - NONCE_OFF && extraKeys.size() <= (schema < 2 ? 0 : MAX_EXTRA_KEYS)
                && schema >= SCHEMA_NONE && schema <= SCHEMA_DH;
        boolean dhFits = schema == SCHEMA_DH
                ? dhPublic != null && dhPublic.length == DiffieHellman.LENGTH
                : dhPublic == null;
        if (!fits || !dhFits) {
            throw new IllegalArgumentException("parts that do not fit schema " + schema + ": nonce of " + nonce16.length
                    + " bytes, " + extraKeys.size() + " further keys");
        }
    }

    /** A nonce of the plain AES schema: what a proxy sends. */
    public static Nonce aes(int keySelect, int time, byte[] nonce16) {
        return new Nonce(keySelect, SCHEMA_AES, time, nonce16, List.of(), null);
    }

    /** A nonce that demands Diffie-Hellman. */
    public static Nonce dh(int keySelect, int time, byte[] nonce16, byte[] publicValue) {
        return new Nonce(keySelect, SCHEMA_DH, time, nonce16, List.of(), publicValue);
    }

    /** The payload: 32 bytes, more with schema 2 and 3. */
    public byte[] encode() {
        byte[] b = new byte[length(schema, extraKeys.size())];
        Bytes.putInt32(b, 0, RpcType.NONCE);
        Bytes.putInt32(b, 4, keySelect);
        Bytes.putInt32(b, 8, schema);
        Bytes.putInt32(b, 12, time);
        System.arraycopy(nonce16, 0, b, NONCE_OFF, nonce16.length);
        if (schema >= SCHEMA_AES_EXTRA) {
            Bytes.putInt32(b, FIXED, extraKeys.size());
            for (int i = 0; i < extraKeys.size(); i++) {
                Bytes.putInt32(b, FIXED + 4 + i * 4, extraKeys.get(i));
            }
        }
        if (dhPublic != null) {
            int value = b.length - DiffieHellman.LENGTH;
            Bytes.putInt32(b, value - 4, DiffieHellman.PARAMS_SELECT);
            System.arraycopy(dhPublic, 0, b, value, DiffieHellman.LENGTH);
        }
        return b;
    }

    /**
     * Reads a payload; the DH value is not checked here but by {@link DiffieHellman}.
     *
     * @throws ProtocolException NONCE for a wrong type, schema, length or DH group
     */
    public static Nonce decode(byte[] b, int off, int len) {
        if (len < FIXED || Bytes.int32(b, off) != RpcType.NONCE) {
            throw bad("nonce of " + len + " bytes with a wrong type or length");
        }
        int schema = Bytes.int32(b, off + 8);
        if (schema < SCHEMA_NONE || schema > SCHEMA_DH) {
            throw bad("nonce schema " + schema + ", expected " + SCHEMA_NONE + ".." + SCHEMA_DH);
        }
        int count = count(schema, b, off, len);
        if (len != length(schema, count)) {
            throw bad("nonce of " + len + " bytes, expected " + length(schema, count));
        }
        byte[] nonce = Arrays.copyOfRange(b, off + NONCE_OFF, off + FIXED);
        return new Nonce(Bytes.int32(b, off + 4), schema, Bytes.int32(b, off + 12), nonce,
                keys(b, off + FIXED + 4, count), schema == SCHEMA_DH ? dhValue(b, off + len) : null);
    }

    private static int count(int schema, byte[] b, int off, int len) {
        if (schema < SCHEMA_AES_EXTRA) {
            return 0;
        }
        int count = len < FIXED + 4 ? -1 : Bytes.int32(b, off + FIXED);
        if (count < 0 || count > MAX_EXTRA_KEYS) {
            throw bad("nonce with " + count + " further keys, expected 0.." + MAX_EXTRA_KEYS);
        }
        return count;
    }

    private static List<Integer> keys(byte[] b, int off, int count) {
        List<Integer> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(Bytes.int32(b, off + i * 4));
        }
        return keys;
    }

    private static byte[] dhValue(byte[] b, int end) {
        int value = end - DiffieHellman.LENGTH;
        int select = Bytes.int32(b, value - 4);
        if (select != DiffieHellman.PARAMS_SELECT) {
            throw bad("DH parameters " + Integer.toHexString(select) + ", expected "
                    + Integer.toHexString(DiffieHellman.PARAMS_SELECT));
        }
        return Arrays.copyOfRange(b, value, end);
    }

    private static int length(int schema, int count) {
        return FIXED + (schema < SCHEMA_AES_EXTRA ? 0 : 4 + count * 4)
                + (schema < SCHEMA_DH ? 0 : 4 + DiffieHellman.LENGTH);
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(Kind.NONCE, message);
    }
}
