package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.faketls.HelloCollector.Verdict;
import io.mtproxy.wire.faketls.RecordSizes.Step;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FakeTlsProperties {
    private static final List<byte[]> HELLOS = Hellos.signed().map(Hellos.Hello::bytes).toList();
    private static final SiteProfile SITE = SiteProfile.likeC(false, 100, true);

    private final HelloVerifier verifier = new HelloVerifier(List.of(SECRET));

    /** Whatever is done to a hello, there is a verdict, and at most a null. */
    @Property(tries = 5000)
    void aChangedHelloIsMalformedForeignOrNotVerified(@ForAll @IntRange(max = 7) int which, @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int changes, @ForAll @IntRange(min = 1, max = 700) int recordSize) {
        Random random = new Random(seed);
        byte[] hello = HELLOS.get(which).clone();
        byte[] before = hello.clone();
        for (int i = 0; i < changes; i++) {
            change(hello, random);
        }
        ClientHello parsed = Hellos.parseAtTheEnd(hello);
        if (parsed != null) {
            lookAround(parsed);
            boolean onlyTime = Arrays.equals(before, 0, 39, hello, 0, 39)
                    && Arrays.equals(before, 43, before.length, hello, 43, hello.length);
            assertThat(verifier.verify(parsed, 0) != null).isEqualTo(onlyTime);
        }
        byte[] split = ClientHelloBuilder.split(hello, recordSize);
        HelloCollector collector = new HelloCollector();
        if (collector.look(split, 0, split.length) == Verdict.HELLO) {
            ClientHello joined = collector.hello(split, 0);
            assertThat(collector.length()).isLessThanOrEqualTo(split.length);
            assertThat(joined == null || joined.length() <= hello.length).isTrue();
        }
    }

    /** Half of the changes go where the lengths stand. */
    private static void change(byte[] b, Random random) {
        int at = random.nextBoolean() ? random.nextInt(b.length) : Math.min(b.length - 1, 76 + random.nextInt(120));
        b[at] = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> (byte) 0xff;
            case 2 -> (byte) (b[at] + 1);
            default -> (byte) random.nextInt();
        };
    }

    /** Nothing that a parsed hello is asked reads outside its bytes. */
    private static void lookAround(ClientHello hello) {
        byte[] out = new byte[64];
        hello.copyRandom(out, 0);
        hello.copySessionId(out, 0);
        hello.serverName();
        hello.offersTls13();
        for (int group : new int[] {Tls.X25519, Tls.X25519_MLKEM768, 0xffff}) {
            hello.supportsGroup(group);
            assertThat(hello.keyShareOffset(group) + hello.keyShareLength(group))
                    .isLessThanOrEqualTo(7 + hello.length());
            hello.hasExtension(group);
        }
        AnswerPlan plan = AnswerPlan.of(hello, SITE, new Random(1));
        if (plan != null) {
            byte[] answer = new byte[plan.length()];
            new ServerAnswer(new Hellos.FixedKeys(1), new Noise(new SecureRandom())).write(plan, SECRET, answer, 0);
            assertThat(ParsedAnswer.of(answer).group()).isEqualTo(plan.group());
        }
    }

    @Property
    void noiseIsNeverAHello(@ForAll @Size(max = 100) byte[] noise, @ForAll boolean likeAHello) {
        byte[] b = noise.clone();
        if (likeAHello) {
            byte[] start = HELLOS.getFirst();
            System.arraycopy(start, 0, b, 0, Math.min(11, b.length));
        }
        HelloCollector collector = new HelloCollector();
        Verdict last = Verdict.MORE;
        for (int n = 0; n <= b.length && last == Verdict.MORE; n++) {
            last = collector.look(Arrays.copyOf(b, n), 0, n);
        }
        assertThat(last).isNotEqualTo(Verdict.HELLO);
        assertThat(new HelloCollector().look(b, 0, b.length)).as("in one piece").isEqualTo(last);
        assertThat(Hellos.parseAtTheEnd(b)).isNull();
    }

    /** The verdict does not depend on the segments. */
    @Property(tries = 300)
    void segmentsDoNotMatter(@ForAll @IntRange(max = 7) int which, @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 900) int recordSize) {
        Random random = new Random(seed);
        byte[] split = ClientHelloBuilder.split(HELLOS.get(which), recordSize);
        HelloCollector collector = new HelloCollector();
        int come = 0;
        while (come < split.length) {
            assertThat(collector.look(split, 0, come)).isEqualTo(Verdict.MORE);
            come = Math.min(split.length, come + 1 + random.nextInt(split.length / 20 + 1));
        }
        assertThat(collector.look(split, 0, come)).isEqualTo(Verdict.HELLO);
        assertThat(verifier.verify(collector.hello(split, 0), 0).timestamp()).isEqualTo(NOW);
    }

    /** decode(encode(x)) = x, whatever the sizes, the flushes and the segments. */
    @Property
    void recordsGiveBackWhatWasWritten(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3000) int from,
            @ForAll @IntRange(max = 13_640) int spread, @ForAll @IntRange(max = 20_000) int length) {
        Random random = new Random(seed);
        byte[] data = new byte[length];
        random.nextBytes(data);
        RecordWriter writer = new RecordWriter(
                RecordSizes.of(new Step(from, from + spread, 2), new Step(1 + from / 2, 16_384, 1)), random);
        byte[] staged = new byte[2 * Tls.CHANGE_CIPHER_SPEC_LENGTH + 11 * length + 64];
        int at = Tls.putChangeCipherSpec(staged, 0);
        for (int done = 0; done < length;) {
            if (writer.room() == 0) {
                writer.seal(staged);
                at = writer.open(at);
            }
            int n = Math.min(Math.min(length - done, writer.room()), 1 + random.nextInt(5000));
            System.arraycopy(data, done, staged, at, n);
            writer.added(n);
            at += n;
            done += n;
            if (random.nextInt(3) == 0) {
                writer.seal(staged);
            }
        }
        writer.seal(staged);
        assertThat(hex(readAll(staged, at, random))).isEqualTo(hex(data));
    }

    private static byte[] readAll(byte[] staged, int end, Random random) {
        RecordReader reader = RecordReader.fromClient();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < end;) {
            int n = Math.min(end - at, 1 + random.nextInt(4000));
            reader.window(staged, at, n);
            while (reader.next()) {
                out.write(staged, reader.payloadOffset(), reader.payloadLength());
            }
            at += n;
        }
        assertThat(reader.atBorder()).isTrue();
        return out.toByteArray();
    }

    @Property
    void noiseIsReadOrRefused(@ForAll @Size(max = 60) byte[] noise, @ForAll boolean likeRecords) {
        byte[] b = likeRecords
                ? Arrays.copyOf(new byte[] {0x17, 3, 3, 0, 2, 1, 1, 0x17, 3, 3}, 10 + noise.length)
                : noise;
        if (likeRecords) {
            System.arraycopy(noise, 0, b, 10, noise.length);
        }
        RecordReader reader = RecordReader.fromClient();
        int found = 0;
        try {
            reader.window(b, 0, b.length);
            while (reader.next()) {
                found += reader.payloadLength();
                assertThat(reader.payloadOffset() + reader.payloadLength()).isLessThanOrEqualTo(b.length);
            }
        } catch (ProtocolException e) {
            assertThat(e.kind()).isIn(ProtocolException.Kind.MESSAGE, ProtocolException.Kind.LENGTH);
        }
        assertThat(found).isLessThanOrEqualTo(b.length);
    }

    @Property
    void anyTimeAndAnySecretComeBack(@ForAll @Size(min = 1, max = 64) byte[] key,
            @ForAll @IntRange(min = Integer.MIN_VALUE) int time) {
        TlsSecret secret = new TlsSecret(key);
        byte[] hello = HELLOS.get(1).clone();
        ClientHelloBuilder.sign(hello, secret, time);
        assertThat(new HelloVerifier(List.of(SECRET, secret)).verify(Hellos.parse(hello), -1))
                .isEqualTo(new HelloVerifier.Verified(1, secret, Integer.toUnsignedLong(time)));
    }
}
