package io.mtproxy.proxy.net;

/**
 * Options of TCP sockets. Those of a listening socket are inherited by what it accepts. For all numbers 0 = the system's own.
 *
 * @param noDelay             TCP_NODELAY: small writes go out at once
 * @param keepAlive           SO_KEEPALIVE: an idle peer that is gone is noticed
 * @param keepIdleSeconds     TCP_KEEPIDLE: silence before the first probe
 * @param keepIntervalSeconds TCP_KEEPINTVL: between probes
 * @param keepProbes          TCP_KEEPCNT: unanswered probes that end the connection
 * @param userTimeoutMillis   TCP_USER_TIMEOUT: how long sent bytes may stay unacknowledged
 * @param windowClamp         TCP_WINDOW_CLAMP: bound of the advertised window, bytes
 */
public record SocketSettings(boolean noDelay, boolean keepAlive, int keepIdleSeconds, int keepIntervalSeconds,
        int keepProbes, int userTimeoutMillis, int windowClamp) {
    /** No delay, keep-alive with the system's times. */
    public static final SocketSettings DEFAULT = new SocketSettings(true, true, 0, 0, 0, 0, 0);

    /** The same with other keep-alive times. */
    public SocketSettings keepAliveTimes(int idleSeconds, int intervalSeconds, int probes) {
        return new SocketSettings(noDelay, keepAlive, idleSeconds, intervalSeconds, probes, userTimeoutMillis,
                windowClamp);
    }

    /** The same with another bound for unacknowledged bytes. */
    public SocketSettings userTimeout(int millis) {
        return new SocketSettings(noDelay, keepAlive, keepIdleSeconds, keepIntervalSeconds, keepProbes, millis,
                windowClamp);
    }

    /** The same with another bound of the window. */
    public SocketSettings clampWindow(int bytes) {
        return new SocketSettings(noDelay, keepAlive, keepIdleSeconds, keepIntervalSeconds, keepProbes,
                userTimeoutMillis, bytes);
    }
}
