package io.mtproxy.tools.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a proxy for its counters as a monitor does, each time on a new connection. */
public final class StatsPage {

    private static final int PATIENCE_MILLIS = 5_000;
    private static final byte[] QUESTION = "GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private StatsPage() {}

    /**
     * The whole answer, read to its end.
     *
     * @throws IOException also when it is no page of counters
     */
    public static String ask(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(QUESTION);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200 ") || !answer.contains("\nversion\t")) {
                throw new IOException("no page of counters: " + answer.lines().findFirst().orElse("nothing"));
            }
            return answer;
        }
    }

    /** The value of a key in an answer. */
    public static String value(String answer, String key) {
        return answer.lines().filter(line -> line.startsWith(key + "\t")).map(line -> line.substring(key.length() + 1))
                .findFirst().orElse("unknown");
    }

    /** Asks so many times, one after the other. */
    public static void ask(int port, int times, Samples samples, Tally tally) {
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            try {
                ask(port);
                samples.since(start);
                tally.succeeded();
            } catch (IOException e) {
                tally.failed(Reasons.of(e));
            }
        }
    }
}
