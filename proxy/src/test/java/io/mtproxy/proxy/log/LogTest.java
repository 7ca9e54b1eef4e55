package io.mtproxy.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_795_162_722, 42_999);

    private final Recorder out = new Recorder();
    private final Log log = new Log(out, 4711, InstantSource.fixed(NOW));

    /** Keeps every write apart. */
    private static final class Recorder extends OutputStream {
        private final List<String> writes = new ArrayList<>();
        private boolean closed;

        @Override
        public void write(int b) {
            throw new AssertionError("a line has to be one write");
        }

        @Override
        public void write(byte[] b, int off, int len) {
            writes.add(new String(b, off, len, StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void aLineHasProcessAndLocalTime() {
        StringBuilder time = new StringBuilder();
        new LocalTime(TimeZone.getDefault()).append(time, NOW);
        log.line("text");
        assertThat(out.writes).containsExactly("[4711][" + time + " local] text\n");
    }

    @Test
    void aSignalLineHasUnixTime() {
        log.signal("SIGTERM handled.");
        assertThat(out.writes).containsExactly("[pid 4711] [time 1795162722] SIGTERM handled.\n");
    }

    @Test
    void someLinesAreBare() {
        log.raw("bind(): Address already in use");
        assertThat(out.writes).containsExactly("bind(): Address already in use\n");
    }

    @Test
    void aMarkStandsBehindTheBrackets() {
        log.tag("[worker 1] ");
        log.line("text");
        log.signal("text");
        log.raw("text");
        assertThat(out.writes).satisfiesExactly(line -> assertThat(line).endsWith(" local] [worker 1] text\n"),
                line -> assertThat(line).endsWith("] [worker 1] text\n"), line -> assertThat(line).isEqualTo("text\n"));
    }

    @Test
    void verbosityHidesLines() {
        log.line(0, "shown");
        log.line(1, "hidden");
        log.verbosity(1);
        log.line(1, "shown");
        log.verbosity(-1);
        log.line(0, "hidden");
        log.line("shown");
        assertThat(out.writes).hasSize(3).allMatch(line -> line.endsWith("shown\n"));
        assertThat(log.on(-1)).isTrue();
        assertThat(log.on(0)).isFalse();
    }

    @Test
    void longLinesAreCutToWhatAPipeTakesAtOnce() {
        log.line("x".repeat(10_000));
        assertThat(out.writes.getFirst()).hasSize(Log.MAX_LINE).endsWith("x\n");
    }

    @Test
    void anotherStreamIsTakenOverAndTheOwnOneIsClosed() {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        log.to(first);
        log.raw("1");
        log.to(second);
        log.raw("2");
        assertThat(out.closed).isFalse();
        assertThat(first.closed).isTrue();
        assertThat(first.writes).containsExactly("1\n");
        assertThat(second.writes).containsExactly("2\n");
        assertThat(second.closed).isFalse();
    }

    @Test
    void aFullDiskDoesNotStopTheProgram() {
        log.to(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        log.line("lost");
        ByteArrayOutputStream space = new ByteArrayOutputStream();
        log.to(space);
        log.raw("kept");
        assertThat(space.toString(StandardCharsets.UTF_8)).isEqualTo("kept\n");
    }
}
