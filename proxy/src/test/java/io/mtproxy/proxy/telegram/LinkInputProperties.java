package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.rpc.FrameWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However the bytes of a link are cut, the same frames come out. */
class LinkInputProperties {
    private static final byte[] KEY = new byte[32];
    private static final byte[] IV = new byte[16];

    @Property(tries = 200)
    void anySegmentationGivesTheSameFrames(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 40_000) Integer> words,
            @ForAll @IntRange(min = 0, max = 3) int style, @ForAll long seed) {
        try (FakeTelegramWorld world = new FakeTelegramWorld()) {
            Random random = new Random(seed);
            List<byte[]> sent = new ArrayList<>();
            byte[] stream = stream(words, random, sent);
            List<byte[]> got = new ArrayList<>();
            LinkInput input = new LinkInput(world.loop,
                    (b, off, len) -> got.add(Arrays.copyOfRange(b, off, off + len)), LinkBounds.MAX_FRAME);
            Feeder feeder = new Feeder(input, random, style);
            int plain = 12 + sent.getFirst().length;
            feeder.feed(stream, 0, plain);
            input.decrypt(AesCbc.decryptor(KEY, IV));
            feeder.feed(stream, plain, stream.length);
            assertThat(got).usingElementComparator(Arrays::compare).containsExactlyElementsOf(sent);
            input.close();
            assertThat(world.loop.buffers().chunksInUse()).isZero();
        }
    }

    /** The first frame plain, the others encrypted, filler in between. */
    private static byte[] stream(List<Integer> words, Random random, List<byte[]> sent) {
        FrameWriter writer = new FrameWriter();
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        for (int w : words) {
            byte[] payload = new byte[4 * Math.max(w, 2)];
            random.nextBytes(payload);
            sent.add(payload);
            byte[] frame = new byte[payload.length + FrameWriter.OVERHEAD];
            System.arraycopy(payload, 0, frame, FrameWriter.HEADER, payload.length);
            writer.seal(frame, 0, payload.length);
            (sent.size() == 1 ? plain : secret).writeBytes(frame);
            if (random.nextBoolean()) {
                fill(secret);
            }
        }
        fill(secret);
        byte[] cipher = new byte[secret.size()];
        AesCbc.encryptor(KEY, IV).apply(secret.toByteArray(), 0, cipher.length, cipher, 0);
        plain.writeBytes(cipher);
        return plain.toByteArray();
    }

    private static void fill(ByteArrayOutputStream out) {
        byte[] filler = new byte[12];
        out.write(filler, 0, FrameWriter.fill(filler, 0, out.size()));
    }

    /** A middle proxy may send on before it has seen our handshake: the rest of the same read is encrypted already. */
    @Property(tries = 100)
    void encryptedBytesBehindTheNonceInTheSameReadAreTaken(
            @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 2_000) Integer> words,
            @ForAll @IntRange(min = 0, max = 3) int style, @ForAll long seed) {
        try (FakeTelegramWorld world = new FakeTelegramWorld()) {
            Random random = new Random(seed);
            List<byte[]> sent = new ArrayList<>();
            byte[] stream = stream(words, random, sent);
            List<byte[]> got = new ArrayList<>();
            LinkInput[] input = new LinkInput[1];
            input[0] = new LinkInput(world.loop, (b, off, len) -> {
                got.add(Arrays.copyOfRange(b, off, off + len));
                if (got.size() == 1) {
                    input[0].decrypt(AesCbc.decryptor(KEY, IV));
                }
            }, LinkBounds.MAX_FRAME);
            new Feeder(input[0], random, style).feed(stream, 0, stream.length);
            assertThat(got).usingElementComparator(Arrays::compare).containsExactlyElementsOf(sent);
            input[0].close();
            assertThat(world.loop.buffers().chunksInUse()).isZero();
        }
    }

    @Example
    void aFrameIsTheSameUntilItsLastByteHasCome() {
        try (FakeTelegramWorld world = new FakeTelegramWorld()) {
            byte[] stream = stream(List.of(10, 5000, 5000), new Random(1), new ArrayList<>());
            LinkInput input = new LinkInput(world.loop, (b, off, len) -> {}, LinkBounds.MAX_FRAME);
            Feeder feeder = new Feeder(input, new Random(1), 0);
            int plain = 12 + 40;
            int first = plain + 12 + 20_000;
            feeder.feed(stream, 0, plain);
            input.decrypt(AesCbc.decryptor(KEY, IV));
            assertThat(input.sameFrame()).as("none has begun").isFalse();
            feeder.feed(stream, plain, plain + 10_000);
            assertThat(input.sameFrame()).as("it has begun since").isFalse();
            feeder.feed(stream, plain + 10_000, first - 100);
            assertThat(input.sameFrame()).as("it goes on").isTrue();
            feeder.feed(stream, first - 100, first + 10_000);
            assertThat(input.sameFrame()).as("it has ended, the next one has begun").isFalse();
            assertThat(input.sameFrame()).as("and that one rests").isTrue();
            feeder.feed(stream, first + 10_000, stream.length);
            assertThat(input.sameFrame()).as("all have ended").isFalse();
            input.close();
        }
    }

    @Property(tries = 300)
    void garbageRaisesOnlyProtocolExceptions(@ForAll @Size(min = 1, max = 400) byte[] garbage) {
        try (FakeTelegramWorld world = new FakeTelegramWorld()) {
            LinkInput input = new LinkInput(world.loop, (b, off, len) -> {
                throw new AssertionError("a frame out of garbage");
            }, LinkBounds.MAX_FRAME);
            input.decrypt(AesCbc.decryptor(KEY, IV));
            try {
                new Feeder(input, new Random(1), 2).feed(garbage, 0, garbage.length);
            } catch (ProtocolException expected) {
                assertThat(expected.kind()).isNotNull();
            }
            input.close();
            assertThat(world.loop.buffers().chunksInUse()).isZero();
        }
    }

    @Property(tries = 20)
    void aFrameThatSaysTooMuchIsRefusedAtItsFirstWord(@ForAll @IntRange(min = LinkBounds.MAX_FRAME + 4) int length) {
        try (FakeTelegramWorld world = new FakeTelegramWorld()) {
            byte[] word = {(byte) (length & ~3), (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)};
            LinkInput input = new LinkInput(world.loop, (b, off, len) -> {}, LinkBounds.MAX_FRAME);
            byte[] b = new byte[EventLoop.HEADROOM + 4];
            System.arraycopy(word, 0, b, EventLoop.HEADROOM, 4);
            assertThatThrownBy(() -> input.data(b, EventLoop.HEADROOM, 4)).isInstanceOf(ProtocolException.class);
            input.close();
        }
    }

    /** Hands bytes over in pieces: all at once, one by one, small ones, or large ones. */
    private record Feeder(LinkInput input, Random random, int style) {
        void feed(byte[] stream, int from, int to) {
            for (int at = from; at < to;) {
                int n = Math.min(to - at, switch (style) {
                    case 0 -> EventLoop.READ_SIZE;
                    case 1 -> to - at < 4000 ? 1 : 1009;
                    case 2 -> 1 + random.nextInt(60);
                    default -> 1 + random.nextInt(EventLoop.READ_SIZE);
                });
                byte[] b = new byte[EventLoop.HEADROOM + n];
                System.arraycopy(stream, at, b, EventLoop.HEADROOM, n);
                input.data(b, EventLoop.HEADROOM, n);
                at += n;
            }
        }
    }
}
