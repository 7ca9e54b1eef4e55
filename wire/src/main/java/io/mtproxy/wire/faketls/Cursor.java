package io.mtproxy.wire.faketls;

/**
 * Reads a range of bytes front to back. A read behind the end yields 0 and marks the cursor as failed, so that a parser may
 * look once, at its end, whether everything was there.
 */
final class Cursor {
    private final byte[] b;
    private final int end;
    private int at;
    private boolean failed;

    Cursor(byte[] b, int from, int end) {
        this.b = b;
        this.at = from;
        this.end = end;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    boolean failed() {
        return failed;
    }

    /** Marks the cursor as failed unless the condition holds. */
    void require(boolean condition) {
        if (!condition) {
            failed = true;
        }
    }

    int uint8() {
        int from = skip(1);
        return failed ? 0 : b[from] & 0xff;
    }

    int uint16() {
        int from = skip(2);
        return failed ? 0 : Tls.uint16(b, from);
    }

    int uint24() {
        return (uint8() << 16) | uint16();
    }

    /** Moves over {@code n} bytes; returns where they start. */
    int skip(int n) {
        int from = at;
        if (n > left()) {
            failed = true;
            at = end;
        } else {
            at += n;
        }
        return from;
    }

    /** A cursor over the next {@code n} bytes, which this one moves over; an empty one when they are not there. */
    Cursor sub(int n) {
        int from = skip(n);
        return new Cursor(b, failed ? at : from, at);
    }
}
