package io.mtproxy.benchmarks;

import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
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

/** What stands around a packet: the frame of a link, with its checksum, and the prefix of a client. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {
    private static final int OFFSET = 16;

    /** Bytes of payload. */
    @Param({"256", "1400", "16384"})
    public int size;

    /** Links with Telegram agree on CRC-32C. */
    private final FrameWriter writer = new FrameWriter(new FrameWriter.State(0, ChecksumKind.CRC32C));
    private final byte[] frame = new byte[1 << 15];
    private final FrameReader.State start = new FrameReader.State(0, ChecksumKind.CRC32C);
    private final byte[] packet = new byte[1 << 15];
    private final PacketHeader header = new PacketHeader();
    private int length;

    /** A frame and a packet to read. */
    @Setup
    public void fill() {
        length = new FrameWriter(new FrameWriter.State(0, ChecksumKind.CRC32C)).seal(frame, 0, size);
        PacketHeader.encode(Transport.PADDED, size, false, packet, OFFSET);
    }

    /** A frame is completed. */
    @Benchmark
    public int frameWrite() {
        return writer.seal(packet, OFFSET, size);
    }

    /** A frame is found and checked. A reader takes each number once, so every frame has a reader of its own here. */
    @Benchmark
    public int frameRead() {
        FrameReader reader = new FrameReader(start, 1 << 20);
        int found = reader.peek(frame, 0, length);
        reader.verify(frame, 0, found);
        return found;
    }

    /** A packet is found. */
    @Benchmark
    public int prefixRead() {
        header.decode(Transport.PADDED, packet, OFFSET - 4, 4);
        return header.payloadLength();
    }

    /** A prefix is written. */
    @Benchmark
    public int prefixWrite() {
        return PacketHeader.encode(Transport.PADDED, size, false, packet, OFFSET);
    }
}
