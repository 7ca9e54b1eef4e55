package io.mtproxy.wire.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What runs per packet allocates nothing once it is warm. */
class AllocationTest {
    private static final int ROUNDS = 10_000;
    /** measuring itself and what it loads cost some kilobytes; one object per round would be 80,000 bytes and more */
    private static final long NOISE = 32_768;

    private final byte[] in = new byte[4096];
    private final byte[] out = new byte[4096];

    @Test
    void ctr() {
        AesCtr stream = new AesCtr(new byte[32], new byte[16]);
        assertThat(allocated(() -> stream.apply(in, 3, 1500, out, 5))).isLessThan(NOISE);
    }

    @Test
    void cbcBothWays() {
        AesCbc encryptor = AesCbc.encryptor(new byte[32], new byte[16]);
        AesCbc decryptor = AesCbc.decryptor(new byte[32], new byte[16]);
        assertThat(allocated(() -> {
            encryptor.apply(in, 0, 1600, out, 0);
            decryptor.apply(out, 0, 1600, in, 0);
        })).isLessThan(NOISE);
    }

    @Test
    void checksums() {
        Checksum32 crc32 = ChecksumKind.CRC32.create();
        Checksum32 crc32c = ChecksumKind.CRC32C.create();
        assertThat(allocated(() -> in[0] = (byte) (crc32.of(in, 0, 1500) ^ crc32c.of(in, 1, 1500)))).isLessThan(NOISE);
    }

    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < ROUNDS; i++) {
            work.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            work.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
