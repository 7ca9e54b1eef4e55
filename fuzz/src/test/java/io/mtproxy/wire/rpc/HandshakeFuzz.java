package io.mtproxy.wire.rpc;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;

/** The handshake's payload: what is read is what was written. */
public final class HandshakeFuzz {
    private static final int MAX_ALLOCATION = 32 << 10;

    private HandshakeFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 16L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int off = in.choice(8);
        boolean typed = in.choice(2) == 1;
        byte[] payload = in.rest();
        if (typed && payload.length >= 4) {
            Bytes.putInt32(payload, 0, RpcType.HANDSHAKE);
        }
        byte[] b = new byte[off + payload.length];
        System.arraycopy(payload, 0, b, off, payload.length);
        Handshake handshake;
        try {
            handshake = Handshake.decode(b, off, payload.length);
        } catch (ProtocolException e) {
            same(e.kind(), ProtocolException.Kind.HANDSHAKE, "kind");
            require(!typed || payload.length != Handshake.LENGTH, "refused: " + e.getMessage());
            return;
        }
        require(Arrays.equals(handshake.encode(), payload), "written again it is another one: " + handshake);
    }
}
