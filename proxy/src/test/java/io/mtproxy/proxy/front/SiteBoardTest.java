package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SiteBoardTest {
    private final ByteBuffer memory = ByteBuffer.allocateDirect((int) SiteBoard.bytes(1));
    private final SiteBoard board = new SiteBoard(memory);
    private final SiteBoard reader = new SiteBoard(memory.duplicate());

    @Test
    void isEmptyAtFirst() {
        assertThat(reader.version()).isZero();
        assertThat(reader.read()).isNull();
    }

    @Test
    void tellsTheLastText() {
        board.write("a long text");
        long version = reader.version();
        assertThat(reader.read()).isEqualTo("a long text");
        board.write("short");
        assertThat(reader.read()).isEqualTo("short");
        assertThat(reader.version()).isNotEqualTo(version);
    }

    @Test
    void aTextThatDoesNotFitIsLeftOut() {
        board.write("fits");
        board.write("x".repeat(memory.capacity()));
        assertThat(reader.read()).isEqualTo("fits");
    }

    @Test
    void readersSeeWholeTextsOnly() throws Exception {
        String one = "1".repeat(60_000);
        String two = "2".repeat(90_000);
        board.write(one);
        AtomicBoolean end = new AtomicBoolean();
        AtomicReference<String> torn = new AtomicReference<>();
        CountDownLatch seenBoth = new CountDownLatch(2);
        Thread reading = Thread.ofPlatform().start(() -> {
            String before = "";
            while (!end.get()) {
                String text = reader.read();
                if (text != null && !Set.of(one, two).contains(text)) {
                    torn.set(text);
                }
                if (text != null && !text.equals(before)) {
                    before = text;
                    seenBoth.countDown();
                }
            }
        });
        for (int i = 0; i < 2000 || seenBoth.getCount() > 0; i++) {
            board.write(i % 2 == 0 ? two : one);
        }
        end.set(true);
        reading.join();
        assertThat(torn.get()).isNull();
    }
}
