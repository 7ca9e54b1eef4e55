package io.mtproxy.tools.dualrun;

import java.util.Locale;

/** The parts of a dual run. */
public enum Phase {
    /** Start, counters, reload, stop, without clients. */
    CONTROL,
    /** Few clients in every transport. */
    CANARY,
    /** Many clients: requests, streams, reconnects, counters asked for meanwhile; stop under traffic. */
    LOAD,
    /** Few clients in fake TLS. */
    FAKETLS,
    /** The same client bytes to both at the same time; what arrives is compared. */
    MIRROR;

    /** As on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
