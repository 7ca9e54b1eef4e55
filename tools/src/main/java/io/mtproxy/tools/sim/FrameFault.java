package io.mtproxy.tools.sim;

/** What goes wrong with one frame after the handshake. */
public enum FrameFault {
    /** all is well */
    NONE,
    /** the frame is not sent */
    DROP,
    /** one bit of the checksum is wrong */
    BAD_CHECKSUM,
    /** a sequence number from the future, with a checksum that fits */
    WRONG_SEQUENCE,
    /** a length of nearly 2 GiB */
    OVERSIZED_LENGTH,
    /** a length that is no multiple of four */
    ODD_LENGTH,
    /** random bytes instead of the frame */
    GARBAGE,
    /** a message of unknown type goes first, which has to be ignored */
    UNKNOWN_FIRST,
    /** half of the frame, then nothing more on that link */
    HANG_IN_FRAME,
    /** half of the frame, then the end of the stream */
    CLOSE_IN_FRAME,
    /** half of the frame, then a reset */
    RESET_IN_FRAME,
    /** the frame, then the end of our half of the stream while we go on reading */
    HALF_CLOSE
}
