package io.mtproxy.proxy.events;

/** Why a connection ended: a closed set. Each close names exactly one and is counted under it. */
public enum CloseReason {
    /** the client closed its side */
    CLIENT_CLOSED(Side.CLIENT),
    /** the connection to the client failed (reset, unreachable, timed out) */
    CLIENT_FAILED(Side.CLIENT),
    /** no whole header came in time */
    CLIENT_SILENT(Side.CLIENT),
    /** a header that no secret opens; closed after a while without an answer */
    CLIENT_BAD_HEADER(Side.CLIENT),
    /** the oldest of too many connections without an accepted header */
    CLIENT_UNPROVEN_EVICTED(Side.CLIENT),
    /** was not one of ours and went to the site ({@code -D}), until either ended it */
    CLIENT_PASSED_ON(Side.CLIENT),
    /** is not one of ours, and the site has no address, is not to be reached, or is ourselves */
    CLIENT_NO_SITE(Side.CLIENT),
    /** a packet length that the protocol forbids, or what is no TLS record where one has to be */
    CLIENT_BAD_PACKET(Side.CLIENT),
    /** a packet that is longer than allowed; not a byte of it was forwarded or kept */
    CLIENT_OVERSIZED(Side.CLIENT),
    /** Telegram told us to close */
    TELEGRAM_CLOSED(Side.CLIENT),
    /** the link that served this client ended */
    LINK_LOST(Side.CLIENT),
    /** no link to Telegram became ready in time */
    NO_LINK(Side.CLIENT),
    /** asked for a data centre that has no address (direct connections) */
    UNKNOWN_CENTRE(Side.CLIENT),
    /** the client reads so slowly that its share of memory is used up */
    CLIENT_TOO_SLOW(Side.CLIENT),
    /** memory for buffers ran out and this client held the most of it, or too much waits for links that are not ready */
    CLIENT_MEMORY(Side.CLIENT),
    /** a step of a key exchange beyond the rate that is allowed ({@code --max-dh-accept-rate}) */
    CLIENT_OVER_LIMIT(Side.CLIENT),
    /** closed at once because too many came in one second ({@code --max-accept-rate}) */
    CLIENT_OVER_RATE(Side.CLIENT),

    /** the target refused or could not be reached */
    LINK_CONNECT_FAILED(Side.LINK),
    /** not ready within the deadline */
    LINK_HANDSHAKE_TIMEOUT(Side.LINK),
    /** nonce or handshake refused by us */
    LINK_HANDSHAKE_REFUSED(Side.LINK),
    /** a frame length that is impossible or beyond the limit */
    LINK_BAD_LENGTH(Side.LINK),
    /** a frame with a wrong checksum */
    LINK_BAD_CHECKSUM(Side.LINK),
    /** a frame out of order */
    LINK_BAD_SEQUENCE(Side.LINK),
    /** Telegram closed the link */
    LINK_CLOSED(Side.LINK),
    /** the connection to Telegram failed */
    LINK_FAILED(Side.LINK),
    /** nothing was heard from the middle proxy for very long, pings included */
    LINK_SILENT(Side.LINK),
    /** the middle proxy takes nothing of what waits for it, or does not end a frame that it has begun */
    LINK_STUCK(Side.LINK),
    /** a link beyond those that are kept had no clients for long */
    LINK_IDLE(Side.LINK),
    /** its target left the configuration and its last client has gone */
    LINK_RETIRED(Side.LINK),

    /** this process stops */
    SHUTDOWN(Side.BOTH),
    /** a bug of ours; the log has the details */
    INTERNAL_ERROR(Side.BOTH);

    private final Side side;

    /** Which connections a reason is for. */
    public enum Side {
        CLIENT,
        LINK,
        BOTH
    }

    CloseReason(Side side) {
        this.side = side;
    }

    public Side side() {
        return side;
    }
}
