package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mtproxy.wire.faketls.RecordSizes.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordWriterTest {
    private final byte[] array = new byte[100_000];
    private int position;

    @Test
    void writesHeadersIntoTheGaps() {
        RecordWriter writer = writer(RecordSizes.fixed(3));
        stage(writer, 7);
        assertThat(position).isEqualTo(7 + 3 * 5);
        assertThat(hex(Arrays.copyOf(array, position)))
                .isEqualTo("1703030003aaaaaa" + "1703030003aaaaaa" + "1703030001aa");
    }

    @Test
    void anEmptyRecordIsNotSent() {
        RecordWriter writer = writer(RecordSizes.fixed(3));
        assertThat(writer.room()).isZero();
        assertThat(writer.seal(array)).as("none open").isZero();
        assertThat(writer.open(10)).isEqualTo(15);
        assertThat(writer.room()).isEqualTo(3);
        assertThat(writer.seal(array)).isZero();
        assertThat(writer.room()).isZero();
        assertThat(array).containsOnly(0);
    }

    @Test
    void refusesWhatDoesNotFit() {
        RecordWriter writer = writer(RecordSizes.fixed(3));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.added(1));
        writer.open(0);
        assertThatIllegalStateException().isThrownBy(() -> writer.open(8));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.added(4));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.added(-1));
        writer.added(3);
        assertThatIllegalArgumentException().isThrownBy(() -> writer.added(1));
        assertThat(writer.seal(array)).isEqualTo(3);
    }

    @Test
    void growsAndBeginsAgain() {
        RecordWriter writer = writer(
                RecordSizes.of(new Step(10, 10, 2), new Step(20, 20, 1), new Step(16_384, 16_384, 1)));
        assertThat(sizes(writer, 6)).containsExactly(10, 10, 20, 16_384, 16_384, 16_384);
        writer.restart();
        assertThat(sizes(writer, 3)).containsExactly(10, 10, 20);
        writer.restart();
        assertThat(sizes(writer, 1)).containsExactly(10);
    }

    @Test
    void followsWhatWasSeen() {
        assertThat(sizes(writer(RecordSizes.seen(1369, 1369, 4096, 16_401)), 6)).containsExactly(1369, 1369, 4096,
                16_401,
                16_401, 16_401);
    }

    @Test
    void drawsFromTheWholeRange() {
        RecordWriter writer = writer(RecordSizes.of(new Step(100, 103, 1)));
        assertThat(sizes(writer, 200)).contains(100, 101, 102, 103).allMatch(size -> size >= 100 && size <= 103);
    }

    @Test
    void boundsWhatIsStaged() {
        RecordWriter writer = writer(RecordSizes.of(new Step(50, 90, 3), new Step(7, 2000, 1)));
        for (int bytes = 0; bytes < 3000; bytes += 13) {
            int before = position = 0;
            stage(writer, bytes);
            assertThat(position - before).isLessThanOrEqualTo(writer.staged(bytes));
        }
        assertThat(writer(RecordSizes.fixed(100)).staged(1000)).isLessThanOrEqualTo(1055);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "2, 1, 1", "1, 16641, 1", "1, 1, 0", "-1, 5, 1"})
    void refusesAnImpossibleStep(int from, int to, int records) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Step(from, to, records));
        assertThatIllegalArgumentException().isThrownBy(RecordSizes::of);
    }

    /** As a proxy does: everything that there is, then seal. */
    private void stage(RecordWriter writer, int bytes) {
        for (int left = bytes; left > 0;) {
            if (writer.room() == 0) {
                writer.seal(array);
                position = writer.open(position);
            }
            int n = Math.min(left, writer.room());
            Arrays.fill(array, position, position + n, (byte) 0xaa);
            position += n;
            writer.added(n);
            left -= n;
        }
        writer.seal(array);
    }

    private List<Integer> sizes(RecordWriter writer, int records) {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            writer.open(0);
            sizes.add(writer.room());
            // how full it becomes does not matter
            writer.added(i % 2);
            writer.seal(array);
        }
        return sizes;
    }

    private static RecordWriter writer(RecordSizes sizes) {
        return new RecordWriter(sizes, new Random(1));
    }
}
