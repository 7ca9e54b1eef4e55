package io.mtproxy.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BoardTest {
    private final ByteBuffer memory = ByteBuffer.allocateDirect((int) Board.bytes(3));
    private final Board writers = new Board(memory);
    private final Board reader = new Board(memory);

    @Test
    void everyWorkerHasASlotOfItsOwn() {
        Board.Slot first = reader.slot(0);
        Board.Slot last = reader.slot(2);
        writers.slot(0).publish(filled(1));
        writers.slot(2).publish(filled(3));
        writers.slot(2).beat(7);
        Totals sum = new Totals();
        first.addTo(sum);
        assertThat(sums(sum)).containsOnly(1);
        last.addTo(sum);
        assertThat(sums(sum)).containsOnly(4);
        reader.slot(1).addTo(sum);
        assertThat(sums(sum)).as("nothing was published there").containsOnly(4);
        assertThat(first.beats()).isZero();
        assertThat(last.beats()).isEqualTo(7);
    }

    @Test
    void aWriterThatStoppedHalfWayLeavesTheReadingBefore() {
        Board.Slot slot = reader.slot(0);
        Totals sum = new Totals();
        writers.slot(0).publish(filled(5));
        slot.addTo(sum);
        memory.order(java.nio.ByteOrder.nativeOrder()).putLong(0, memory.getLong(0) + 1); // as it stands while writing
        memory.putLong(16, 99);
        slot.addTo(sum);
        assertThat(sums(sum)).containsOnly(10);
    }

    @Test
    void aReadingIsOfOneMoment() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Board.Slot written = writers.slot(1);
        Thread writer = new Thread(() -> {
            for (long n = 1; !stop.get(); n++) {
                written.publish(filled(n));
            }
        });
        writer.start();
        Board.Slot read = reader.slot(1);
        long last = 0;
        int changes = 0;
        while (changes < 200) {
            Totals sum = new Totals();
            read.addTo(sum);
            long n = sum.values[0];
            assertThat(sums(sum)).containsOnly(n);
            assertThat(n).isGreaterThanOrEqualTo(last);
            changes += n > last ? 1 : 0;
            last = n;
        }
        stop.set(true);
        writer.join();
    }

    @Test
    void someNumbersAreNotSummed() {
        Totals one = new Totals();
        one.raise(Maximum.DESCRIPTOR, 7);
        Totals other = new Totals();
        other.raise(Maximum.DESCRIPTOR, 5);
        writers.slot(0).publish(one);
        writers.slot(1).publish(other);
        Totals sum = new Totals();
        reader.slot(0).addTo(sum);
        reader.slot(1).addTo(sum);
        sum.add(other);
        assertThat(sum.get(Maximum.DESCRIPTOR)).isEqualTo(7);
    }

    private static long[] sums(Totals totals) {
        return Arrays.copyOf(totals.values, Totals.MAXIMA_AT);
    }

    private static Totals filled(long value) {
        Totals totals = new Totals();
        Arrays.fill(totals.values, value);
        return totals;
    }
}
