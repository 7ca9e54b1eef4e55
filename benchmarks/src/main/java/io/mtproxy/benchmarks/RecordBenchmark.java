package io.mtproxy.benchmarks;

import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordSizes;
import io.mtproxy.wire.faketls.RecordWriter;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/** Records of fake TLS in 64 KiB of a stream, the bytes themselves not touched. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    private static final int STREAM = 64 << 10;

    /** Bytes of payload in a record. */
    @Param({"1400", "16384"})
    public int record;

    private final byte[] stream = new byte[2 * STREAM];
    private final RecordReader reader = RecordReader.fromServer();
    private RecordWriter writer = writer(1);
    private int length;

    private static RecordWriter writer(int size) {
        return new RecordWriter(RecordSizes.fixed(size), new SplittableRandom(1));
    }

    /** The stream to read. */
    @Setup
    public void fill() {
        writer = writer(record);
        length = write();
    }

    /** The stream is cut into records. */
    @Benchmark
    public int write() {
        int position = 0;
        for (int left = STREAM; left > 0;) {
            writer.seal(stream);
            position = writer.open(position);
            int n = Math.min(left, writer.room());
            writer.added(n);
            position += n;
            left -= n;
        }
        writer.seal(stream);
        return position;
    }

    /** The payload is found in the stream. */
    @Benchmark
    public int read() {
        int payload = 0;
        reader.window(stream, 0, length);
        while (reader.next()) {
            payload += reader.payloadLength();
        }
        return payload;
    }
}
