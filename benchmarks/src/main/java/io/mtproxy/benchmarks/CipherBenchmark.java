package io.mtproxy.benchmarks;

import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.CtrCiphers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The two AES streams, per call; 1408 bytes are 1.4 KiB in whole blocks. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CipherBenchmark {
    /** Bytes per call. */
    @Param({"256", "1408", "16384", "262144"})
    public int size;

    private final AesCtr ctr = new AesCtr(new byte[32], new byte[16], new CtrCiphers());
    private final AesCbc encryptor = AesCbc.encryptor(new byte[32], new byte[16]);
    private final AesCbc decryptor = AesCbc.decryptor(new byte[32], new byte[16]);
    private final byte[] from = new byte[1 << 18];
    private final byte[] to = new byte[1 << 18];

    /** To and from clients. */
    @Benchmark
    public byte[] ctr() {
        ctr.apply(from, 0, size, to, 0);
        return to;
    }

    /** To a middle proxy: each block waits for the one before. */
    @Benchmark
    public byte[] cbcEncrypt() {
        encryptor.apply(from, 0, size, to, 0);
        return to;
    }

    /** From a middle proxy. */
    @Benchmark
    public byte[] cbcDecrypt() {
        decryptor.apply(from, 0, size, to, 0);
        return to;
    }

    /** A stream that begins, or goes on after a rest, with a cipher that another one gave back. */
    @Benchmark
    public byte[] ctrAfterRest() {
        ctr.idle();
        ctr.apply(from, 0, size, to, 0);
        return to;
    }
}
