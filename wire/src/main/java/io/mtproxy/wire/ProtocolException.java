package io.mtproxy.wire;

import java.util.EnumMap;
import java.util.Map;

/**
 * The peer broke a rule of the protocol. Always without a stack trace: what matters is the rule, and hostile peers must
 * not be able to make us walk stacks. Rules that a client can break in a flood are raised by {@link #of}, which allocates
 * nothing; the others may carry the offending and the expected value.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final Map<Kind, ProtocolException> PREALLOCATED = new EnumMap<>(Kind.class);

    static {
        for (Kind kind : Kind.values()) {
            PREALLOCATED.put(kind, new ProtocolException(kind, kind.toString()));
        }
    }

    private final Kind kind;

    /** Which rule was broken. */
    public enum Kind {
        /** a length outside its bounds */
        LENGTH,
        /** a length that is only too large for a packet of a client */
        TOO_LONG,
        /** a checksum that does not fit */
        CHECKSUM,
        /** a frame that is not the next one */
        SEQUENCE,
        /** a nonce that is refused */
        NONCE,
        /** a handshake that is refused */
        HANDSHAKE,
        /** a proxy in between works, and nobody listens at the target */
        UNREACHED,
        /** a message with an impossible form */
        MESSAGE
    }

    /** An exception that tells the offending and the expected value, for peers that we dial ourselves. */
    public ProtocolException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** The shared exception of a kind; any thread. */
    public static ProtocolException of(Kind kind) {
        ProtocolException shared = PREALLOCATED.get(kind);
        return shared != null ? shared : new ProtocolException(kind, kind.toString());
    }

    public Kind kind() {
        return kind;
    }
}
