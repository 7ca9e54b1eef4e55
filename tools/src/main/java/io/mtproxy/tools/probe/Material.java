package io.mtproxy.tools.probe;

import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.ServerAnswerVerifier;
import io.mtproxy.wire.faketls.TlsSecret;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What probes are made of. One thread.
 *
 * @param proxy that is probed
 * @param domain the site that the proxy hides behind
 * @param secret of the proxy, or null when the prober does not know it
 * @param random for all that is drawn
 */
record Material(InetSocketAddress proxy, String domain, byte @Nullable [] secret, SecureRandom random) {

    private static final int MILLIS = 10_000;
    private static final int ANSWER = 32 * 1024;

    /** A browser's hello for the site. */
    ClientHelloBuilder browser(HelloKind kind) {
        return kind.template(random).serverName(domain);
    }

    /** Finishes a hello as a browser: with a random that means nothing. */
    byte[] foreign(ClientHelloBuilder hello) {
        return hello.sign(new TlsSecret(bytes(16)), 0);
    }

    /** A browser's hello of 517 bytes for the site, finished. */
    byte[] hello() {
        return foreign(browser(HelloKind.CLASSIC));
    }

    /** Finishes a hello as a client of the proxy whose clock is wrong by so many seconds. */
    byte[] ours(ClientHelloBuilder hello, long skew) {
        return hello.sign(new TlsSecret(known()), System.currentTimeMillis() / 1000 + skew);
    }

    /** The secret; probes that need it are not tried without. */
    byte[] known() {
        byte[] known = secret;
        if (known == null) {
            throw new IllegalStateException("this probe needs the secret");
        }
        return known;
    }

    /**
     * Sends a hello of a client, and makes sure that the proxy takes it as one.
     *
     * @return the same hello
     */
    byte[] accept(byte[] hello) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(proxy, MILLIS);
            socket.setSoTimeout(MILLIS);
            socket.getOutputStream().write(hello);
            answer(new ServerAnswerVerifier(new TlsSecret(known()), hello), socket.getInputStream());
            return hello;
        }
    }

    private static void answer(ServerAnswerVerifier verifier, InputStream in) throws IOException {
        byte[] b = new byte[ANSWER];
        int end = 0;
        while (verifier.verify(b, 0, end) == 0) {
            int read = in.read(b, end, b.length - end);
            if (read <= 0) {
                throw new EOFException("the proxy did not take a hello made with its secret");
            }
            end += read;
        }
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
