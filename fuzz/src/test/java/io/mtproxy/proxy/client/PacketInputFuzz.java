package io.mtproxy.proxy.client;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.StillLoop;
import io.mtproxy.proxy.telegram.Lane;
import io.mtproxy.proxy.telegram.LaneClient;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.proxy.telegram.Origin;
import io.mtproxy.proxy.telegram.Telegram;
import io.mtproxy.proxy.telegram.TelegramState;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A client's stream behind its header, in any segmentation: the same packets, the same complaint, no memory kept. */
public final class PacketInputFuzz {
    private static final int MAX_ALLOCATION = 512 << 10;
    /** What an incomplete packet may hold beyond its bytes: the smallest chunk and its rounding up. */
    private static final int MAX_SLACK = 16 << 10;
    private static final byte[] KEY = new byte[32];
    private static final byte[] IV = new byte[16];
    private static final byte[] KEYSTREAM = new byte[4096];
    private static final StillLoop LOOP = new StillLoop();
    private static final Clients CLIENTS = new Clients(LOOP, ClientSettings.defaults(false, 1, 1 << 28),
            new Secrets(List.of()), List.of(), new SecretHints(), new RateLimit(0), new ConnectionLimit(0),
            new Nowhere(), null,
            new Counters());

    static {
        new AesCtr(KEY, IV).apply(new byte[KEYSTREAM.length], 0, KEYSTREAM.length, KEYSTREAM, 0);
    }

    private PacketInputFuzz() {}

    private static final class Nowhere implements Telegram {
        @Override
        public Lane open(LaneClient client, Origin origin) {
            throw new AssertionError("no client proves itself here");
        }

        @Override
        public void pauseReading(boolean paused) {}

        @Override
        public TelegramState saveLinks() {
            return TelegramState.NONE;
        }

        @Override
        public void adoptLinks(TelegramState saved) {}

        @Override
        public Lane adopt(LaneClient client, Origin origin, LaneState saved) {
            throw new AssertionError("no client comes from elsewhere here");
        }

        @Override
        public void shutDown() {}
    }

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        Transport transport = Transport.values()[in.choice(3)];
        int style = in.choice(Cuts.STYLES);
        byte[] plain = in.rest();
        byte[] cipher = encrypted(plain);
        Reading whole = new Reading(transport, plain.length);
        Cuts.feed(cipher, 0, EventLoop.HEADROOM, whole);
        Reading pieces = new Reading(transport, plain.length);
        Cuts.feed(cipher, style, EventLoop.HEADROOM, pieces);
        same(pieces.got(), whole.got(), "in pieces");
        whole.end();
        pieces.end();
        same(LOOP.buffers().chunksInUse(), 0L, "chunks kept");
    }

    /** The keystream is made once, for it costs more than all else. */
    private static byte[] encrypted(byte[] plain) {
        byte[] cipher = new byte[plain.length];
        for (int i = 0; i < plain.length; i++) {
            cipher[i] = (byte) (plain[i] ^ KEYSTREAM[i]);
        }
        return cipher;
    }

    private static final class Reading implements Cuts.Taker, PacketInput.Packets {
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private final PacketInput input;
        private final int sent;
        private boolean refused;

        Reading(Transport transport, int sent) {
            input = new PacketInput(CLIENTS, transport, new AesCtr(KEY, IV), this);
            this.sent = sent;
        }

        @Override
        public void take(byte[] b, int off, int len) {
            if (refused) {
                return;
            }
            try {
                input.data(b, off, len);
            } catch (ProtocolException e) {
                require(e.kind() == ProtocolException.Kind.LENGTH || e.kind() == ProtocolException.Kind.TOO_LONG,
                        "kind " + e.kind());
                refused = true;
                input.close();
            }
            require(input.held() <= sent * 4 + MAX_SLACK, "holds " + input.held() + " for " + sent + " bytes");
        }

        @Override
        public void packet(byte[] b, int off, int len, boolean quickAck) {
            require(len > 0 && len % 4 == 0 && len <= sent, "packet of " + len);
            got.write(quickAck ? 1 : 0);
            got.write(len >> 8);
            got.write(len);
            got.write(b, off, len);
            Arrays.fill(b, off - EventLoop.HEADROOM, off, (byte) -1); // as the contract allows
        }

        String got() {
            return refused + HexFormat.of().formatHex(got.toByteArray());
        }

        void end() {
            input.close();
        }
    }
}
