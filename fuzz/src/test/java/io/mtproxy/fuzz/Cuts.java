package io.mtproxy.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Hands bytes on in pieces, as a network does. Each piece stands at the very end of an array of its own, so that a read
 * behind it fails and nothing of an earlier piece can be found in it.
 */
public final class Cuts {
    /** How many styles there are. */
    public static final int STYLES = 16;

    private static final int WHOLE = 0;
    private static final int SINGLE_BYTES = 1;

    private Cuts() {}

    /** Takes a piece, {@code b[off..off+len)}, {@code len} at least 1. */
    public interface Taker {
        void take(byte[] b, int off, int len);
    }

    /**
     * Feeds all bytes, in order.
     *
     * @param style 0 = in one piece, 1 = byte by byte, others: lengths drawn from a fixed sequence, the longer the higher
     * @param headroom bytes in front of each piece that the taker may overwrite
     */
    public static void feed(byte[] bytes, int style, int headroom, Taker taker) {
        SplittableRandom random = new SplittableRandom(style);
        for (int at = 0; at < bytes.length;) {
            int n = Math.min(bytes.length - at, switch (style) {
                case WHOLE -> bytes.length;
                case SINGLE_BYTES -> 1;
                default -> 1 + random.nextInt(1 << style / 2);
            });
            byte[] piece = new byte[headroom + n];
            Arrays.fill(piece, 0, headroom, (byte) 0x5a);
            System.arraycopy(bytes, at, piece, headroom, n);
            taker.take(piece, headroom, n);
            at += n;
        }
    }
}
