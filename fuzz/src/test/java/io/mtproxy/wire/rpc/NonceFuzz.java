package io.mtproxy.wire.rpc;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.DiffieHellman;
import java.util.Arrays;

/** The nonce's payload in all its schemas, with the check of the Diffie-Hellman value. */
public final class NonceFuzz {
    private static final int MAX_ALLOCATION = 32 << 10;

    private NonceFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 16L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int off = in.choice(8);
        int repaired = in.choice(8);
        byte[] payload = in.rest();
        if (repaired > 0) {
            payload = repair(payload, repaired);
        }
        byte[] b = new byte[off + payload.length];
        System.arraycopy(payload, 0, b, off, payload.length);
        Nonce nonce;
        try {
            nonce = Nonce.decode(b, off, payload.length);
        } catch (ProtocolException e) {
            same(e.kind(), ProtocolException.Kind.NONCE, "kind");
            return;
        }
        require(Arrays.equals(nonce.encode(), payload), "written again it is another one: " + nonce);
        require(nonce.extraKeys().size() <= Nonce.MAX_EXTRA_KEYS, nonce.extraKeys().size() + " keys");
        same(nonce.dhPublic() != null, nonce.schema() == Nonce.SCHEMA_DH, "a DH value");
        if (nonce.dhPublic() != null) {
            DiffieHellman.acceptable(nonce.dhPublic());
        }
    }

    /** Type, schema and length as they should be; with some bit of it, the group of the DH value too. */
    private static byte[] repair(byte[] payload, int how) {
        byte[] b = payload.length < 36 ? Arrays.copyOf(payload, 36) : payload;
        Bytes.putInt32(b, 0, RpcType.NONCE);
        int schema = how % 4;
        Bytes.putInt32(b, 8, schema);
        int count = schema < 2 ? 0 : Math.min(b[32] & 15, Nonce.MAX_EXTRA_KEYS + 1);
        Bytes.putInt32(b, 32, count);
        int length = schema < 2 ? 32 : 36 + 4 * count + (schema < 3 ? 0 : 260);
        b = Arrays.copyOf(b, length);
        if (schema == 3 && how > 3) {
            Bytes.putInt32(b, length - 260, DiffieHellman.PARAMS_SELECT);
        }
        return b;
    }
}
