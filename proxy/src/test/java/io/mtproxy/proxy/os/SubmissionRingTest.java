package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Where the kernel has no such ring every test passes at once: then the loops do without, which their own tests show. */
@EnabledOnOs(OS.LINUX)
@Timeout(20)
class SubmissionRingTest {
    private final SocketCalls calls = new SocketCalls();
    private UnixSocket near;
    private UnixSocket far;

    @BeforeEach
    void pair() throws IOException {
        UnixSocket[] pair = UnixSocket.pair();
        near = pair[0];
        far = pair[1];
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
    }

    private void withRing(ThrowingConsumer<SubmissionRing> test) throws Throwable {
        SubmissionRing ring = SubmissionRing.open(calls);
        if (ring != null) {
            try (ring) {
                test.accept(ring);
                assertThat(ring.hasFailed()).isFalse();
            }
        }
    }

    private byte[] next() {
        byte[] b = new byte[SubmissionRing.MOST_SENT];
        int n = calls.recv(far.descriptor(), b, 0, b.length);
        return n < 0 ? null : Arrays.copyOf(b, n);
    }

    @Test
    void manySendsAreDoneWithOneCallInTheirOrder() throws Throwable {
        withRing(ring -> {
            Random random = new Random(1);
            for (int round = 0; round < 200; round++) {
                byte[] b = new byte[500];
                random.nextBytes(b);
                int count = 1 + random.nextInt(8); // what waits in a unix socket is few messages
                for (int i = 0; i < count; i++) {
                    assertThat(ring.send(near.descriptor(), b, i, 100 + i)).isEqualTo(i);
                    assertThat(ring.isDone(i)).isFalse();
                }
                assertThat(next()).as("nothing before submit").isNull();
                ring.submit();
                for (int i = 0; i < count; i++) {
                    assertThat(ring.isDone(i)).isTrue();
                    assertThat(ring.result(i)).isEqualTo(100 + i);
                    assertThat(next()).isEqualTo(Arrays.copyOfRange(b, i, 100 + 2 * i));
                }
                ring.clear();
            }
        });
    }

    @Test
    void receivesNeverWaitAndTellWhatWentWrong() throws Throwable {
        withRing(ring -> {
            byte[] b = {1, 2, 3, 4, 5};
            calls.send(far.descriptor(), b, 0, 5);
            int full = ring.receive(near.descriptor());
            int empty = ring.receive(near.descriptor());
            int none = ring.receive(987_654);
            ring.submit();
            assertThat(ring.result(full)).isEqualTo(5);
            assertThat(ring.result(empty)).isEqualTo(-Errno.EAGAIN);
            assertThat(ring.result(none)).isEqualTo(-Errno.EBADF);
            byte[] to = new byte[10];
            ring.received(full, to, 3);
            assertThat(to).containsExactly(0, 0, 0, 1, 2, 3, 4, 5, 0, 0);
            ring.clear();

            far.close();
            int ended = ring.receive(near.descriptor());
            int broken = ring.send(near.descriptor(), b, 0, 5);
            ring.submit();
            assertThat(ring.result(ended)).isZero();
            assertThat(ring.result(broken)).isEqualTo(-32); // EPIPE, and no signal
        });
    }

    @Test
    void aFullSocketTakesWhatItCan() throws Throwable {
        withRing(ring -> {
            byte[] b = new byte[SubmissionRing.MOST_SENT];
            int taken = 0;
            int result;
            do {
                int operation = ring.send(near.descriptor(), b, 0, b.length);
                ring.submit();
                result = ring.result(operation);
                taken += Math.max(0, result);
                ring.clear();
            } while (result > 0);
            assertThat(result).isEqualTo(-Errno.EAGAIN);
            assertThat(taken).isPositive();
        });
    }

    @Test
    void itSubmitsInPartsAndForgetsWhatWasNotSubmitted() throws Throwable {
        withRing(ring -> {
            byte[] b = {1, 2, 3};
            for (int round = 0; round < 100; round++) { // the places in the ring wrap around
                int first = ring.send(near.descriptor(), b, 0, 1);
                ring.submit();
                assertThat(next()).containsExactly(1);
                int second = ring.send(near.descriptor(), b, 1, 1);
                ring.submit();
                ring.submit();
                int third = ring.send(near.descriptor(), b, 2, 1);
                assertThat(ring.isDone(third)).isFalse();
                assertThat(ring.result(first)).isOne();
                assertThat(ring.result(second)).isOne();
                ring.clear();
                ring.submit();
                assertThat(next()).containsExactly(2);
                assertThat(next()).isNull();
            }
        });
    }

    @Test
    void itHasBounds() throws Throwable {
        withRing(ring -> {
            byte[] b = new byte[SubmissionRing.MOST_SENT + 1];
            assertThatThrownBy(() -> ring.send(near.descriptor(), b, 0, b.length))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ring.send(near.descriptor(), b, 2, b.length))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            int sends = 0;
            for (; !ring.isFull(); sends++) {
                ring.send(near.descriptor(), b, 0, SubmissionRing.MOST_SENT);
            }
            assertThat(sends).isBetween(16, SubmissionRing.CAPACITY);
            ring.clear();
            for (int i = 0; i < SubmissionRing.CAPACITY; i++) {
                assertThat(ring.isFull()).isFalse();
                ring.receive(near.descriptor());
            }
            assertThat(ring.isFull()).isTrue();
            assertThatThrownBy(() -> ring.receive(near.descriptor())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ring.result(SubmissionRing.CAPACITY))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            ring.clear();
        });
    }
}
