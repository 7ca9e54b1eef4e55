package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.OTHER;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What hostile clients can make run often, and what runs per packet, allocates nothing or next to nothing. */
class AllocationTest {
    private static final int ROUNDS = 10_000;
    /** measuring itself and what it loads cost some kilobytes; one object per round would be 80,000 bytes and more */
    private static final long NOISE = 32_768;

    private final byte[] hello = Hellos.modern().sign(SECRET, NOW);

    @Test
    void aHelloCostsAFewSmallObjects() {
        assertThat(allocated(() -> {
            HelloCollector collector = new HelloCollector();
            collector.look(hello, 0, 700);
            collector.look(hello, 0, hello.length);
            collector.hello(hello, 0);
        })).isLessThan(ROUNDS * 450L);
    }

    @Test
    void aWrongSecretCostsNoMemory() {
        HelloVerifier verifier = new HelloVerifier(Collections.nCopies(16, OTHER));
        ClientHello parsed = Hellos.parse(hello);
        assertThat(allocated(() -> verifier.verify(parsed, 3))).isLessThan(NOISE);
    }

    @Test
    void anAnswerIsWrittenInPlace() {
        ServerAnswer answers = new ServerAnswer(new Hellos.FixedKeys(1), new Noise(new SecureRandom()));
        AnswerPlan plan = AnswerPlan.of(Hellos.parse(hello), SiteProfile.likeC(false, 3000, false), new Random());
        byte[] dst = new byte[plan.length()];
        assertThat(allocated(() -> answers.write(plan, SECRET, dst, 0))).isLessThan(ROUNDS * 250L);
    }

    @Test
    void keysCostNothing() {
        FastKeyMaterial keys = new FastKeyMaterial(new Noise(new SecureRandom()));
        byte[] b = new byte[KeyMaterial.MLKEM768_CIPHERTEXT];
        assertThat(allocated(() -> {
            keys.x25519(b, 0);
            keys.mlKem768(hello, 0, b, 0);
        })).isLessThan(NOISE);
    }

    @Test
    void recordsCostNothing() {
        RecordReader reader = RecordReader.fromServer();
        RecordWriter writer = new RecordWriter(RecordSizes.of(new RecordSizes.Step(500, 600, 1)), new Random());
        byte[] b = new byte[700];
        assertThat(allocated(() -> {
            writer.open(0);
            writer.added(500);
            writer.seal(b);
            reader.window(b, 0, 505);
            while (reader.next()) {
                b[600] ^= b[reader.payloadOffset()];
            }
        })).isLessThan(NOISE);
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
