package io.mtproxy.proxy.net;

import java.net.SocketException;

/** A connection ended without FIN. Frequent and always found in the same place, so it has no stack trace. */
final class LostException extends SocketException {
    private static final long serialVersionUID = 1;

    LostException(String reason) {
        super(reason);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
