package io.mtproxy.benchmarks;

import io.mtproxy.wire.faketls.AnswerPlan;
import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.FastKeyMaterial;
import io.mtproxy.wire.faketls.HelloTemplates;
import io.mtproxy.wire.faketls.HelloVerifier;
import io.mtproxy.wire.faketls.Noise;
import io.mtproxy.wire.faketls.ServerAnswer;
import io.mtproxy.wire.faketls.SiteProfile;
import io.mtproxy.wire.faketls.TlsSecret;
import io.mtproxy.wire.obfuscated.HeaderAcceptor;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whose client is this? The last of the secrets fits, and nothing is known of the client's address. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AcceptBenchmark {
    private static final int NO_HINT = -1;

    /** How many secrets the proxy has. */
    @Param({"1", "128"})
    public int secrets;

    private final SplittableRandom random = new SplittableRandom(1);
    private final FastKeyMaterial keys = new FastKeyMaterial(new Noise(new SecureRandom()));
    private final HeaderAcceptor acceptor = new HeaderAcceptor();
    private final ServerAnswer answer = new ServerAnswer(keys, new Noise(new SecureRandom()));
    private final SiteProfile site = SiteProfile.likeC(false, 2500, true);
    private final byte[] flight = new byte[1 << 15];
    private List<byte[]> known = List.of();
    private HelloVerifier verifier = new HelloVerifier(List.of());
    private byte[] header = new byte[0];
    private byte[] hello = new byte[0];

    /** A header and a ClientHello that fit the last secret. */
    @Setup
    public void make() {
        known = IntStream.range(0, secrets)
                .mapToObj(i -> new byte[] {(byte) i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
                .toList();
        List<TlsSecret> prepared = known.stream().map(TlsSecret::new).toList();
        verifier = new HelloVerifier(prepared);
        header = ObfuscatedHeader.create(Transport.PADDED, 2, known.getLast(), random).bytes();
        hello = HelloTemplates.modern(new Random(1), keys).serverName("example.org").sign(prepared.getLast(),
                1_790_000_000);
    }

    /** The 64 bytes of obfuscated2: which secret, and the two streams. */
    @Benchmark
    public ObfuscatedHeader.Accepted header() {
        return Objects.requireNonNull(acceptor.accept(header, 0, known, NO_HINT));
    }

    /** A ClientHello of 2026 is read. */
    @Benchmark
    public ClientHello helloRead() {
        return Objects.requireNonNull(ClientHello.parse(hello, 0, hello.length));
    }

    /** It is read and its secret found. */
    @Benchmark
    public HelloVerifier.Verified helloVerify() {
        return Objects.requireNonNull(verifier.verify(helloRead(), NO_HINT));
    }

    /** All of it: read, secret found, answered with fresh keys. */
    @Benchmark
    public int helloAnswer() {
        ClientHello read = helloRead();
        HelloVerifier.Verified verified = Objects.requireNonNull(verifier.verify(read, NO_HINT));
        AnswerPlan plan = Objects.requireNonNull(AnswerPlan.of(read, site, random));
        return answer.write(plan, verified.secret(), flight, 0);
    }
}
