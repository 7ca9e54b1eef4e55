package io.mtproxy.tools.load;

/** What each client of a load does after its first answered request. */
public enum LoadMode {
    /** Sends requests one after the other, each after the answer to the one before. */
    ECHO,
    /** Receives a stream. */
    DOWN,
    /** Sends a stream. */
    UP,
    /** Sends and receives a stream at the same time. */
    BOTH,
    /** Closes, and connects anew. */
    CHURN
}
