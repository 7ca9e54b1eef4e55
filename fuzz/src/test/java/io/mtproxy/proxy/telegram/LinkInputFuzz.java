package io.mtproxy.proxy.telegram;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.StillLoop;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameWriter;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** What a middle proxy sends, plain first and then encrypted, in any segmentation. */
public final class LinkInputFuzz {
    private static final int MAX_ALLOCATION = 512 << 10;
    private static final int MAX_SLACK = 16 << 10;
    private static final int NEVER = 255;
    private static final byte[] KEY = new byte[32];
    private static final byte[] IV = new byte[16];
    private static final StillLoop LOOP = new StillLoop();

    private LinkInputFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int style = in.choice(Cuts.STYLES);
        int keysAfter = in.choice(4) == 0 ? NEVER : in.choice(3);
        boolean repaired = in.choice(4) > 0;
        byte[] stream = in.rest();
        if (repaired) {
            stream = repaired(stream, keysAfter);
        }
        Reading whole = new Reading(keysAfter, stream.length);
        Cuts.feed(stream, 0, EventLoop.HEADROOM, whole);
        Reading pieces = new Reading(keysAfter, stream.length);
        Cuts.feed(stream, style, EventLoop.HEADROOM, pieces);
        require(Arrays.equals(pieces.got.toByteArray(), whole.got.toByteArray()), "other frames in pieces");
        same(pieces.refusal, whole.refusal, "complaint in pieces");
        require(!repaired || whole.refusal == null || whole.refusal == ProtocolException.Kind.LENGTH,
                "repaired, but " + whole.refusal);
        whole.input.close();
        pieces.input.close();
        same(LOOP.buffers().chunksInUse(), 0L, "chunks kept");
    }

    /** Numbers and checksums put right, all behind the frame that brings the keys encrypted. */
    private static byte[] repaired(byte[] b, int keysAfter) {
        FrameWriter writer = new FrameWriter();
        int at = 0;
        int plain = b.length;
        for (int frames = 0; at + 4 <= b.length;) {
            if (frames == keysAfter && plain == b.length) {
                plain = at;
                writer.checksum(ChecksumKind.CRC32C);
            }
            int n = Bytes.int32(b, at);
            if (n != 4) {
                if (n < 16 || n > b.length - at || n % 4 != 0) {
                    break;
                }
                writer.seal(b, at, n - FrameWriter.OVERHEAD);
                frames++;
            }
            at += n;
        }
        int secret = (b.length - plain) & -16;
        byte[] result = Arrays.copyOf(b, plain + secret);
        byte[] open = Arrays.copyOfRange(b, plain, plain + secret);
        AesCbc.encryptor(KEY, IV).apply(open, 0, secret, result, plain);
        return result;
    }

    private static final class Reading implements Cuts.Taker, LinkInput.Frames {
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private final LinkInput input = new LinkInput(LOOP, this, LinkBounds.MAX_FRAME);
        private final int keysAfter;
        private final int sent;
        private int frames;
        private ProtocolException.Kind refusal;

        Reading(int keysAfter, int sent) {
            this.keysAfter = keysAfter;
            this.sent = sent;
            keys();
        }

        private void keys() {
            if (frames == keysAfter) {
                input.decrypt(AesCbc.decryptor(KEY, IV));
                input.checksum(ChecksumKind.CRC32C);
            }
        }

        @Override
        public void take(byte[] b, int off, int len) {
            if (refusal != null) {
                return;
            }
            try {
                input.data(b, off, len);
            } catch (ProtocolException e) {
                refusal = e.kind();
                input.close();
            }
            require(LOOP.buffers().bytesInUse() <= 8L * sent + 2 * MAX_SLACK,
                    "holds " + LOOP.buffers().bytesInUse() + " for " + sent + " bytes");
        }

        @Override
        public void frame(byte[] b, int off, int len) {
            require(len >= 4 && len % 4 == 0 && len <= sent, "frame of " + len);
            got.write(len >> 8);
            got.write(len);
            got.write(b, off, len);
            Arrays.fill(b, off - 8, off, (byte) -1); // as the contract allows
            Arrays.fill(b, off + len, off + len + 4, (byte) -1);
            frames++;
            keys();
        }
    }
}
