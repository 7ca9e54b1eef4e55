package io.mtproxy.tools.acceptance;

import io.mtproxy.wire.ProtocolException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Set;

/** Few words for why an attempt failed, the same for the same cause: they are counted. */
public final class Reasons {

    /** The connection stands, and nothing came for as long as the client waits. */
    public static final String NO_ANSWER = "no answer in time";

    /** Nobody listens. */
    public static final String REFUSED = "connection refused";

    private static final String CLOSED = "closed";
    private static final String RESET = "reset";
    private static final Set<String> OF_CONNECTIONS = Set.of(NO_ANSWER, REFUSED, CLOSED, RESET);

    private Reasons() {}

    /** The words. */
    public static String of(Exception e) {
        return switch (e) {
            case SocketTimeoutException timeout -> NO_ANSWER;
            case ConnectException refused -> REFUSED;
            case EOFException closed -> CLOSED;
            case SocketException reset -> RESET;
            case ProtocolException broken -> "broken packet: " + broken.getMessage();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Is it the connection that failed? Otherwise what came on it was not what it should have been. */
    public static boolean ofConnection(String reason) {
        return OF_CONNECTIONS.contains(reason);
    }
}
