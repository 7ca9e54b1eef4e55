package io.mtproxy.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.NioLoop;
import io.mtproxy.proxy.telegram.Lane;
import io.mtproxy.proxy.telegram.LaneClient;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.proxy.telegram.Origin;
import io.mtproxy.proxy.telegram.Telegram;
import io.mtproxy.proxy.telegram.TelegramState;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However the bytes of a client are cut, the same packets come out. */
class PacketInputProperties {
    private static final byte[] KEY = new byte[32];
    private static final byte[] IV = new byte[16];

    private record Packet(byte[] bytes, boolean quickAck) {
        boolean sameAs(Packet other) {
            return quickAck == other.quickAck && Arrays.equals(bytes, other.bytes);
        }
    }

    private static final Telegram NOWHERE = new Telegram() {
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
    };

    private static Clients clients(EventLoop loop) {
        return new Clients(loop, ClientSettings.defaults(false, 1, 1 << 28), new Secrets(List.of()), List.of(),
                new SecretHints(),
                new RateLimit(0),
                new ConnectionLimit(0),
                NOWHERE, null, new Counters());
    }

    @Property(tries = 300)
    void anySegmentationGivesTheSamePackets(@ForAll Transport transport,
            @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 60_000) Integer> words,
            @ForAll @IntRange(min = 0, max = 2) int style, @ForAll long seed) throws IOException {
        NioLoop loop = new NioLoop(bug -> {});
        Random random = new Random(seed);
        List<Packet> sent = new ArrayList<>();
        byte[] cipher = stream(transport, words, random, sent);
        List<Packet> got = new ArrayList<>();
        PacketInput input = new PacketInput(clients(loop), transport, new AesCtr(KEY, IV), (b, off, len, quickAck) -> {
            got.add(new Packet(Arrays.copyOfRange(b, off, off + len), quickAck));
            Arrays.fill(b, off - EventLoop.HEADROOM, off, (byte) -1); // as the contract allows
        });
        for (int at = 0; at < cipher.length;) {
            int n = Math.min(cipher.length - at, switch (style) {
                case 0 -> EventLoop.READ_SIZE;
                case 1 -> 1 + random.nextInt(cipher.length > 5000 ? 3000 : 3);
                default -> 1 + random.nextInt(EventLoop.READ_SIZE);
            });
            input.data(Arrays.copyOfRange(cipher, at, at + n), 0, n);
            at += n;
        }
        assertThat(got).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(got.get(i).sameAs(sent.get(i))).as("packet " + i).isTrue();
        }
        assertThat(loop.buffers().chunksInUse()).isZero();
        loop.close();
    }

    private static byte[] stream(Transport transport, List<Integer> words, Random random, List<Packet> sent) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int w : words) {
            byte[] packet = new byte[4 * w];
            random.nextBytes(packet);
            boolean quickAck = random.nextBoolean();
            sent.add(new Packet(packet, quickAck));
            int padding = PacketHeader.padding(transport, random);
            byte[] b = new byte[4 + packet.length + padding];
            System.arraycopy(packet, 0, b, 4, packet.length);
            int prefix = PacketHeader.encode(transport, packet.length + padding, quickAck, b, 4);
            plain.write(b, 4 - prefix, b.length - 4 + prefix);
        }
        byte[] cipher = new byte[plain.size()];
        new AesCtr(KEY, IV).apply(plain.toByteArray(), 0, cipher.length, cipher, 0);
        return cipher;
    }

    @Property(tries = 300)
    void garbageRaisesOnlyProtocolExceptionsAndKeepsNothing(@ForAll Transport transport,
            @ForAll @Size(min = 1, max = 3000) byte[] garbage) throws IOException {
        NioLoop loop = new NioLoop(bug -> {});
        PacketInput input = new PacketInput(clients(loop), transport, new AesCtr(KEY, IV), (b, off, len, quickAck) -> {
            assertThat(len).isPositive();
            assertThat(len % 4).isZero();
        });
        try {
            input.data(garbage, 0, garbage.length);
        } catch (ProtocolException expected) {
            assertThat(expected.kind()).isIn(ProtocolException.Kind.LENGTH, ProtocolException.Kind.TOO_LONG);
        }
        input.close();
        assertThat(loop.buffers().chunksInUse()).isZero();
        loop.close();
    }
}
