package io.mtproxy.proxy.events;

/** What is counted on the data path. Gauges go up and down, the others only up. */
public enum Counter {
    /** gauge: connections from clients, proven or not */
    CLIENTS,
    /** gauge: connections without an accepted header */
    CLIENTS_UNPROVEN,
    CLIENTS_ACCEPTED,
    /** closed at once because too many came in one second */
    CLIENTS_OVER_RATE,
    /** accepted headers */
    CLIENTS_PROVEN,
    HEADERS_REFUSED,
    /** ClientHellos of ours, answered */
    HELLOS_ANSWERED,
    /** ClientHellos that no secret fits, or for a name that is none of ours */
    HELLOS_FOREIGN,
    /** ... that a secret fits, but with a time that is too old or to come, or that cannot be answered as the site would */
    HELLOS_STALE,
    /** ... that were answered before */
    HELLOS_REPLAYED,
    /** gauge: clients that are passed on to the site */
    SPLICES,
    SPLICES_BEGUN,
    BYTES_FROM_CLIENTS,
    BYTES_TO_CLIENTS,

    /** gauge: pairings of a client with a link */
    LANES,
    LANES_CREATED,
    /** packets handed to a link */
    QUERIES_FORWARDED,
    QUERY_BYTES,
    /** ... of which steps of key exchanges */
    KEY_EXCHANGES_FORWARDED,
    /** packets that the filter refuses: a length no packet has */
    QUERIES_REFUSED_LENGTH,
    /** packets that the filter refuses: unencrypted and not part of a key exchange */
    QUERIES_REFUSED_UNENCRYPTED,
    /** steps of key exchanges beyond the rate that is allowed */
    KEY_EXCHANGES_OVER_RATE,
    /** packets with nowhere to go */
    QUERIES_DROPPED,
    /** packets that found a ready link only after waiting */
    QUERIES_WAITED,
    /** sessions that found no ready link at their first packet */
    SESSIONS_WAITED,
    /** sessions for a data centre that the configuration does not name */
    SESSIONS_BY_DEFAULT_CLUSTER,
    ANSWERS_FORWARDED,
    ANSWER_BYTES,
    /** answers to clients that have gone */
    ANSWERS_DROPPED,
    ACKS_FORWARDED,
    ACKS_DROPPED,
    /** messages from Telegram with a type or length that we do not know */
    MESSAGES_IGNORED,

    /** gauge: connections to Telegram in any state */
    LINKS,
    /** gauge: TCP established */
    LINKS_CONNECTED,
    /** gauge: handshake done */
    LINKS_READY,
    LINKS_DIALED,
    LINK_DIALS_FAILED,
    LINKS_LOST,
    /** gauge: targets with at least one ready link */
    TARGETS_READY,
    /** gauge: targets of the configuration */
    TARGETS,
    /** pings sent to middle proxies */
    LINK_PINGS,
    /** times that reading from a client was paused because its link was full */
    CLIENTS_PAUSED,
    /** gauge: links whose keys came from a Diffie-Hellman exchange */
    LINKS_DH,
    /** values offered for a Diffie-Hellman exchange on links */
    DH_ROUNDS,
    /** ... of which were answered */
    DH_AGREED,
    /** links closed because nobody needed them */
    LINKS_IDLE_EVICTED,
    /** packets behind which a link that ended had not sent everything: at most so many were lost with it */
    QUERIES_LOST,

    /** gauge: clients with a connection of their own to a data centre, or on the way there */
    DIRECT_SESSIONS,
    DIRECT_SESSIONS_BEGUN,
    /** attempts to connect to an address of a data centre */
    DIRECT_DIALS,
    DIRECT_DIALS_FAILED,
    DIRECT_BYTES_SENT,
    DIRECT_BYTES_RECEIVED,
    /** sessions for a data centre that has no address */
    DIRECT_UNKNOWN,
    /** sessions that went directly because no middle proxy served their data centre */
    DIRECT_FALLBACKS
}
