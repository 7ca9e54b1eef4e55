package io.mtproxy.proxy.front;

/** Why a site could not be asked: the message is C's log line. Expected, so without a stack trace. */
final class ProbeFailure extends Exception {
    private static final long serialVersionUID = 1;

    ProbeFailure(String line) {
        super(line, null, false, false);
    }

    String line() {
        return String.valueOf(getMessage());
    }
}
