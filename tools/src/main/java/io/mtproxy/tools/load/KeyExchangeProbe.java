package io.mtproxy.tools.load;

import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * The first step of a real client: asks Telegram for the numbers of a key exchange ({@code req_pq_multi}), which travels
 * unencrypted inside the obfuscated stream.
 */
public final class KeyExchangeProbe {

    private static final int REQ_PQ_MULTI = 0xbe7e8ef1;
    private static final int RES_PQ = 0x05162463;
    private static final int VECTOR = 0x1cb5c415;

    /** An unencrypted message: auth key id 0, message id, length of what follows. */
    private static final int HEAD = 20;
    private static final int NONCE = 16;
    private static final int QUESTION = 4 + NONCE;
    /** resPQ: constructor, two nonces, pq as a string of 8 bytes; then the fingerprints of the server's keys. */
    private static final int FINGERPRINTS = HEAD + 4 + 2 * NONCE + 12;

    private KeyExchangeProbe() {}

    /**
     * Asks through the proxy.
     *
     * @return fingerprint of the first RSA key that Telegram offers
     * @throws LoadFailure when something else is answered
     */
    public static long ask(ClientSettings settings) throws IOException {
        SplittableRandom random = new SplittableRandom();
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try (ClientConnection connection = ClientConnection.open(settings, random)) {
            connection.send(question(nonce), HEAD + QUESTION, false);
            if (connection.receive() instanceof Incoming.Packet answer) {
                return fingerprint(Arrays.copyOfRange(answer.b(), answer.off(), answer.off() + answer.length()), nonce);
            }
            throw new LoadFailure("an acknowledgement as the answer of req_pq_multi");
        }
    }

    private static byte[] question(byte[] nonce) {
        byte[] b = new byte[HEAD + QUESTION];
        Bytes.putInt64(b, 8, (System.currentTimeMillis() / 1000) << 32);
        Bytes.putInt32(b, 16, QUESTION);
        Bytes.putInt32(b, HEAD, REQ_PQ_MULTI);
        System.arraycopy(nonce, 0, b, HEAD + 4, NONCE);
        return b;
    }

    private static long fingerprint(byte[] answer, byte[] nonce) throws LoadFailure {
        boolean expected = answer.length >= FINGERPRINTS + 16
                && Bytes.int32(answer, HEAD) == RES_PQ
                && Arrays.equals(answer, HEAD + 4, HEAD + 4 + NONCE, nonce, 0, NONCE)
                && Bytes.int32(answer, FINGERPRINTS) == VECTOR;
        if (!expected) {
            throw new LoadFailure("no resPQ: " + HexFormat.of().formatHex(answer, 0, Math.min(answer.length, 32)));
        }
        return Bytes.int64(answer, FINGERPRINTS + 8);
    }
}
