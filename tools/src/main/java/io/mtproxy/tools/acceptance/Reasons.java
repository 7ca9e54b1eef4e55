package io.mtproxy.tools.acceptance;

import io.mtproxy.wire.ProtocolException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** Few words for why an attempt failed, the same for the same cause: they are counted. */
public final class Reasons {

    /** The connection stands, and nothing came for as long as the client waits. */
    public static final String NO_ANSWER = "no answer in time";

    private Reasons() {}

    /** The words. */
    public static String of(Exception e) {
        return switch (e) {
            case SocketTimeoutException timeout -> NO_ANSWER;
            case ConnectException refused -> "connection refused";
            case EOFException closed -> "closed";
            case SocketException reset -> "reset";
            case ProtocolException broken -> "broken packet: " + broken.getMessage();
            default -> String.valueOf(e.getMessage());
        };
    }
}
