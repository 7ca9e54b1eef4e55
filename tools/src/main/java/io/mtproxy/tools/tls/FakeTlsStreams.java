package io.mtproxy.tools.tls;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.ServerAnswerVerifier;
import io.mtproxy.wire.faketls.TlsSecret;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The two directions behind a fake handshake.
 *
 * @param in what the proxy puts into its records
 * @param out goes into records of ours
 */
public record FakeTlsStreams(InputStream in, OutputStream out) {

    private static final SecureRandom RANDOM = new SecureRandom();
    /** An answer is at most a ServerHello with the largest share and one record. */
    private static final int LONGEST_ANSWER = 32 * 1024;

    /** A hello of such a client, made now. */
    public static byte[] hello(FakeTls tls, byte[] secret) {
        return hello(tls, secret, System.currentTimeMillis() / 1000);
    }

    /** A hello of such a client, made at a unix time of this many seconds. */
    public static byte[] hello(FakeTls tls, byte[] secret, long unixTime) {
        return tls.hello().template(RANDOM).serverName(tls.domain()).sign(new TlsSecret(secret), unixTime);
    }

    /**
     * Says hello on a connection and checks the proxy's answer. Nothing must have been sent or received on it.
     *
     * @throws ProtocolException when the answer is none that a client of Telegram would take
     * @throws EOFException when the proxy closes instead
     */
    public static FakeTlsStreams shake(FakeTls tls, byte[] secret, InputStream in, OutputStream out)
            throws IOException {
        byte[] hello = hello(tls, secret);
        Segments.send(hello, tls.segments(), out);
        byte[] behind = answer(new ServerAnswerVerifier(new TlsSecret(secret), hello), in);
        return new FakeTlsStreams(new RecordInput(in, RecordReader.fromServer(), behind),
                new RecordOutput(out, tls.maxRecord()));
    }

    /** @return what came behind the answer */
    private static byte[] answer(ServerAnswerVerifier verifier, InputStream in) throws IOException {
        byte[] answer = new byte[LONGEST_ANSWER];
        int end = 0;
        int length;
        do {
            int read = in.read(answer, end, answer.length - end);
            if (read <= 0) {
                throw new EOFException("closed by the proxy instead of an answer to the hello");
            }
            end += read;
            length = verifier.verify(answer, 0, end);
        } while (length == 0);
        return Arrays.copyOfRange(answer, length, end);
    }
}
