package io.mtproxy.wire.faketls;

import org.jspecify.annotations.Nullable;

/**
 * Finds out, as early as the bytes allow, whether a connection begins with a ClientHello that could be ours, and where it
 * ends. The caller keeps all bytes of the connection from the first on, since what is not ours goes to the site unchanged;
 * this object remembers only how far it has looked, so that tiny records and tiny segments cost no more than large ones.
 * One per connection, one owner thread.
 *
 * <p>
 * Accepted is a handshake message of at most 16384 bytes, whole or spread over records of type 22, versions 0x0301 to 0x0303,
 * of 1 to 16384 bytes each (RFC 8446, 5.1). Tools against censors split the client's one record into records of down to one
 * byte.
 */
public final class HelloCollector {
    /** The longest ClientHello, with its 4-byte handshake header. */
    public static final int MAX_HANDSHAKE = 16_384;
    /** The most bytes that are looked at, record headers included: more are not ours. */
    public static final int MAX_LENGTH = 2 * MAX_HANDSHAKE;

    /** handshake header, version, random and the shortest legal rest: no session id, one suite, one compression method */
    private static final int MIN_HANDSHAKE = Tls.HANDSHAKE_HEADER + 2 + Tls.RANDOM_LENGTH + 1 + 4 + 2;
    /** handshake header and version */
    private static final int HEAD = Tls.HANDSHAKE_HEADER + 2;

    /** start of the record that is being looked at, counted from the connection's first byte */
    private int record;
    /** handshake bytes in the records before it */
    private int collected;
    /** handshake bytes that were checked, at most {@link #HEAD} */
    private int checked;
    /** the middle byte of the handshake's length */
    private int lengthHigh;
    /** with its header; 0 as long as that has not been seen */
    private int handshake;
    private int records;
    private int length;

    /** What the bytes so far are. */
    public enum Verdict {
        /** perhaps the beginning of a ClientHello */
        MORE,
        /** a whole ClientHello, see {@link HelloCollector#length} */
        HELLO,
        /** nothing that could become a ClientHello of ours */
        FOREIGN
    }

    /**
     * Looks at what has come.
     *
     * @param off where the connection's first byte stands (it may move between calls)
     * @param available all bytes that have come since, not fewer than at the last call
     */
    public Verdict look(byte[] b, int off, int available) {
        while (length == 0) {
            int left = Math.min(available, MAX_LENGTH) - record;
            if (!headerFits(b, off + record, Math.min(left, Tls.HEADER))) {
                return Verdict.FOREIGN;
            }
            if (left < Tls.HEADER) {
                return available < MAX_LENGTH ? Verdict.MORE : Verdict.FOREIGN;
            }
            int size = Tls.uint16(b, off + record + 3);
            int payload = off + record + Tls.HEADER;
            int have = Math.min(left - Tls.HEADER, size);
            if (size > room() || !headFits(b, payload, have) || size > room()) {
                return Verdict.FOREIGN;
            }
            if (have < size) {
                return Verdict.MORE;
            }
            finishRecord(size);
        }
        return Verdict.HELLO;
    }

    /** Bytes of the hello on the wire, record headers included; what stands behind them was pipelined. 0 before HELLO. */
    public int length() {
        return length;
    }

    /** How many records the hello came in. */
    public int records() {
        return records;
    }

    /**
     * Parses the hello, after HELLO. One record is parsed in place: the result holds on to {@code b}, and is good as long as
     * those bytes do not change. Several are copied into one, with the version of the first, see {@link HelloVerifier}.
     *
     * @return null when it is malformed
     */
    public @Nullable ClientHello hello(byte[] b, int off) {
        if (length == 0) {
            throw new IllegalStateException("no whole ClientHello");
        }
        return records == 1
                ? ClientHello.parse(b, off, length)
                : ClientHello.parse(join(b, off), 0, Tls.HEADER + handshake);
    }

    private byte[] join(byte[] b, int off) {
        byte[] joined = new byte[Tls.HEADER + handshake];
        System.arraycopy(b, off, joined, 0, 3);
        int at = Tls.putUint16(joined, 3, handshake);
        for (int from = off; at < joined.length;) {
            int size = Tls.uint16(b, from + 3);
            System.arraycopy(b, from + Tls.HEADER, joined, at, size);
            at += size;
            from += Tls.HEADER + size;
        }
        return joined;
    }

    /** How many more handshake bytes a record may bring: nothing may stand behind the hello in its record. */
    private int room() {
        int bytes = (handshake == 0 ? MAX_HANDSHAKE : handshake) - collected;
        return Math.min(bytes, MAX_LENGTH - record - Tls.HEADER);
    }

    private static boolean headerFits(byte[] b, int at, int have) {
        return (have < 1 || b[at] == Tls.HANDSHAKE) && (have < 2 || b[at + 1] == 3)
                && (have < 3 || (b[at + 2] >= 1 && b[at + 2] <= 3))
                && (have < 4 || (b[at + 3] & 0xff) <= MAX_HANDSHAKE >>> 8)
                && (have < 5 || Tls.uint16(b, at + 3) > 0);
    }

    /** Checks the handshake's first bytes as they come. */
    private boolean headFits(byte[] b, int payload, int have) {
        for (; checked < HEAD && checked < collected + have; checked++) {
            if (!headFits(b[payload + checked - collected] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private boolean headFits(int value) {
        return switch (checked) {
            case 0 -> value == Tls.CLIENT_HELLO;
            case 1 -> value == 0;
            case 2 -> {
                lengthHigh = value;
                yield value <= MAX_HANDSHAKE >>> 8;
            }
            case 3 -> {
                handshake = (lengthHigh << 8) + value + Tls.HANDSHAKE_HEADER;
                yield handshake >= MIN_HANDSHAKE && handshake <= MAX_HANDSHAKE;
            }
            // the version of every hello of TLS 1.3
            default -> value == 3;
        };
    }

    private void finishRecord(int size) {
        record += Tls.HEADER + size;
        collected += size;
        records++;
        if (collected == handshake) {
            length = record;
        }
    }
}
