package io.mtproxy.tools.sim;

/** How the start of a link goes wrong: nonces and handshakes. */
public enum ExchangeFault {
    /** all is well */
    NONE,
    /** closes as soon as the link is accepted */
    CLOSE_AT_ONCE,
    /** never answers the nonce */
    SILENT_NONCE,
    /** answers garbage instead of a nonce frame */
    GARBAGE_NONCE,
    /** answers with another key */
    WRONG_KEY,
    /** answers that there will be no encryption */
    NO_ENCRYPTION,
    /** its clock is wrong by more than the 30 s that are allowed */
    WRONG_CLOCK,
    /** sends a filler word behind the nonce frame, where nothing may stand */
    EARLY_BYTES,
    /** has another secret file, so that its handshake cannot be decrypted */
    WRONG_SECRET,
    /** never answers the handshake */
    SILENT_HANDSHAKE,
    /** answers RPC_HANDSHAKE_ERROR and closes */
    REFUSE_HANDSHAKE,
    /** answers the handshake for another process */
    WRONG_PEER,
    /** answers the handshake with a flag that nobody knows */
    WRONG_FLAGS
}
