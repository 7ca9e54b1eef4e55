package io.mtproxy.tools.probe;

/** How a connection ended, as the prober saw it. */
enum End {
    /** the other side sent FIN */
    FIN,
    /** the other side sent RST */
    RST,
    /** FIN or RST: our TLS 1.2 client has answered close_notify, which a server that has left by then resets, or has not yet */
    CLOSED,
    /** nobody ended it within the time that a prober listens */
    OPEN,
    /** the prober reset it itself */
    OURS,
    /** it could not be opened */
    REFUSED
}
