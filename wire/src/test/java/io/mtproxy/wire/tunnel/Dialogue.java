package io.mtproxy.wire.tunnel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Leads a tunnel as its owner does: what it said, and what is left for the stream. */
final class Dialogue {
    final Tunnel tunnel;
    final ByteArrayOutputStream said = new ByteArrayOutputStream();
    final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final byte[] out = new byte[Tunnel.MAX_MESSAGE + 7];

    Dialogue(Tunnel tunnel) {
        this.tunnel = tunnel;
        said.write(out, 7, tunnel.greet(out, 7));
    }

    /** All bytes in pieces of that size. */
    Dialogue hear(byte[] bytes, int piece) {
        for (int at = 0; at < bytes.length; at += piece) {
            hear(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
        }
        return this;
    }

    /** One piece, at the very end of an array. */
    void hear(byte[] bytes) {
        byte[] b = new byte[3 + bytes.length];
        System.arraycopy(bytes, 0, b, 3, bytes.length);
        int at = 3;
        while (at < b.length && !tunnel.open()) {
            int n = tunnel.feed(b, at, b.length - at);
            if (n < 1 || n > b.length - at) {
                throw new AssertionError(n + " bytes taken of " + (b.length - at));
            }
            at += n;
            said.write(out, 7, tunnel.answer(out, 7));
        }
        stream.write(b, at, b.length - at);
    }

    String text() {
        return said.toString(StandardCharsets.ISO_8859_1);
    }
}
