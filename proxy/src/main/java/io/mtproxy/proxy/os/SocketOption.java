package io.mtproxy.proxy.os;

/** Options of sockets, by the numbers of Linux; those of TCP and IPv6 are the same everywhere on Linux. */
public enum SocketOption {
    REUSEADDR(1, 2),
    /** Error of a finished connect, which reading takes away. */
    ERROR(1, 4),
    /** Bytes; the kernel doubles what it is given. */
    SEND_BUFFER(1, 7),
    /** Bytes; the kernel doubles what it is given. */
    RECEIVE_BUFFER(1, 8),
    KEEPALIVE(1, 9),
    LINGER(1, 13),
    PEER_CREDENTIALS(1, 17),
    RECEIVE_TIMEOUT(1, 20),
    SEND_TIMEOUT(
            1, 21),
    /** Whether it listens. */
    LISTENING(1, 30),
    TCP_NODELAY(6, 1),
    /** Seconds. */
    TCP_KEEPIDLE(6, 4),
    /** Seconds. */
    TCP_KEEPINTVL(6, 5),
    TCP_KEEPCNT(6, 6),
    /** Bytes. */
    TCP_WINDOW_CLAMP(6, 10),
    /** Milliseconds that sent bytes may stay unacknowledged. */
    TCP_USER_TIMEOUT(6, 18),
    IPV6_V6ONLY(41, 26);

    final int level;
    final int number;

    SocketOption(int level, int number) {
        this.level = level;
        this.number = number;
    }
}
