package io.mtproxy.tools.probe;

import java.util.List;

/** One thing that a prober does on its connection. Behind the last step it listens until the other side ends the connection. */
sealed interface Step {

    /** Sends bytes in so many pieces, a pause between them; they are not to be changed any more. */
    record Send(byte[] bytes, int pieces) implements Step {
        /** In one piece. */
        Send(byte[] bytes) {
            this(bytes, 1);
        }
    }

    /** Listens until something has come and then nothing more for a moment, or the other side ends the connection. */
    record AwaitAnswer() implements Step {}

    /** Sends FIN, goes on listening. */
    record HalfClose() implements Step {}

    /** Sends RST: there is nothing to be heard any more. */
    record Reset() implements Step {}

    /**
     * A real TLS client (that of the JDK) takes over: handshake, requests, and answers up to the end of the first.
     *
     * @param protocol {@code TLSv1.2} or {@code TLSv1.3}
     * @param serverName sent as SNI, none when empty
     * @param alpn protocols offered, none when empty
     * @param requests sent inside, one after the other
     * @param listen whether it reads until the other side has ended TLS, or leaves at once
     */
    record Tls(String protocol, String serverName, List<String> alpn, List<byte[]> requests,
            boolean listen) implements Step {}
}
