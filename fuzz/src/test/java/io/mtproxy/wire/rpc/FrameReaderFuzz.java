package io.mtproxy.wire.rpc;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import java.util.Arrays;

/** Streams of frames, as they come or with numbers and checksums put right so that later frames are reached. */
public final class FrameReaderFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;

    private FrameReaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 64L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int max = in.choice(2) == 0 ? 16 << 20 : 16 + 4 * in.choice(256);
        boolean repaired = in.choice(2) == 1;
        int castagnoliFrom = in.choice(8);
        byte[] b = in.rest();
        if (repaired) {
            repair(b, max, castagnoliFrom);
        }
        FrameReader reader = new FrameReader(max);
        FrameWriter writer = new FrameWriter();
        int at = 0;
        try {
            for (int frames = 0; at < b.length; frames++) {
                if (frames == castagnoliFrom) {
                    reader.checksum(ChecksumKind.CRC32C);
                    writer.checksum(ChecksumKind.CRC32C);
                }
                int n = peek(reader, b, at);
                if (n == 0) {
                    return;
                }
                if (n > FrameWriter.FILLER) {
                    require(n <= max && n % 4 == 0 && n >= 16, "frame of " + n);
                    reader.verify(b, at, n);
                    sealedAgain(writer, b, at, n);
                }
                at += n;
            }
        } catch (ProtocolException e) {
            require(e.kind() != ProtocolException.Kind.SEQUENCE || !repaired, "repaired, but " + e.getMessage());
            require(e.kind() != ProtocolException.Kind.CHECKSUM || !repaired, "repaired, but " + e.getMessage());
        }
    }

    /** What fewer bytes say is 0 or what all say. */
    private static int peek(FrameReader reader, byte[] b, int at) {
        int left = b.length - at;
        int fewer = Math.min(left, 3);
        same(reader.peek(b, at, fewer), 0, "with " + fewer + " bytes");
        int n = reader.peek(b, at, left);
        if (n > 0) {
            same(reader.peek(b, at, n), n, "with just enough");
            same(reader.peek(b, at, n - 1), 0, "with one byte too few");
        }
        return n;
    }

    private static void sealedAgain(FrameWriter writer, byte[] b, int at, int n) {
        byte[] again = new byte[n];
        int payload = n - FrameWriter.OVERHEAD;
        System.arraycopy(b, at + FrameWriter.HEADER, again, FrameWriter.HEADER, payload);
        same(writer.seal(again, 0, payload), n, "length of the frame");
        require(Arrays.equals(again, 0, n, b, at, at + n), "a frame that was accepted is not the one that is written");
    }

    private static void repair(byte[] b, int max, int castagnoliFrom) {
        FrameWriter writer = new FrameWriter();
        int frames = 0;
        for (int at = 0; at + 4 <= b.length; frames++) {
            if (frames == castagnoliFrom) {
                writer.checksum(ChecksumKind.CRC32C);
            }
            int n = Bytes.int32(b, at);
            if (n != FrameWriter.FILLER) {
                if (n < 16 || n > Math.min(max, b.length - at) || n % 4 != 0) {
                    return;
                }
                writer.seal(b, at, n - FrameWriter.OVERHEAD);
            }
            at += n;
        }
    }
}
