package io.mtproxy.proxy.os;

/** The system refused something; the message is its reason. */
public final class OsException extends Exception {
    private static final long serialVersionUID = 1;

    OsException(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
