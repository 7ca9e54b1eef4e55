package io.mtproxy.wire.obfuscated;

import org.jspecify.annotations.Nullable;

/** The three framings of a client's stream, each named by a word in the obfuscated2 header. */
public enum Transport {
    /** lengths in words, one byte or four */
    ABRIDGED(0xefefefef),
    /** lengths in bytes, four bytes, multiples of 4 */
    INTERMEDIATE(0xeeeeeeee),
    /** as intermediate, with random padding behind the payload */
    PADDED(0xdddddddd);

    private final int tag;

    Transport(int tag) {
        this.tag = tag;
    }

    /** The word in the header; its four bytes are equal. */
    public int tag() {
        return tag;
    }

    /** The framing with this tag, null when there is none. */
    public static @Nullable Transport ofTag(int tag) {
        return switch (tag) {
            case 0xefefefef -> ABRIDGED;
            case 0xeeeeeeee -> INTERMEDIATE;
            case 0xdddddddd -> PADDED;
            default -> null;
        };
    }
}
