package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.cli.CommandLine;
import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.Outbound;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorTest {
    private static final int NEVER = 3600;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Subject subject = new Subject();
    private final List<String> progress = new ArrayList<>();
    private final List<String> last = new ArrayList<>();
    private Operator operator;

    /** A daemon with clients. */
    private static final class Subject implements Operator.Subject {
        final CountDownLatch stopped = new CountDownLatch(1);
        final List<Boolean> closings = new ArrayList<>();
        volatile int clients;
        volatile boolean stubborn;

        @Override
        public int clients() {
            return clients;
        }

        @Override
        public void stopAccepting(boolean close) throws IOException {
            if (stubborn) {
                throw new IOException("it goes on");
            }
            closings.add(close);
        }

        @Override
        public void stop() {
            stopped.countDown();
        }

        @Override
        public Takeover.Shared shared(int version) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public void standStill(HandOver.Task task) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public HandOver.Estate save() {
            throw new AssertionError("nobody asks");
        }
    }

    @BeforeEach
    void begin() throws Exception {
        operator = operator(77);
    }

    private Operator operator(long pid) throws Exception {
        Settings settings = CommandLine.parse("prog", List.of("config"), false, increment -> {}).settings();
        Log log = new Log(lines, 1, InstantSource.system());
        return new Operator(subject, new Launch(settings, Outbound.DEFAULT, EventLoops.choose("nio"),
                new Snapshot(BackendConfig.none(0), List.of()), null, "none", List.of(), List.of(), 1, 1,
                new Identity(0, -1, 1, 1), log, new LogFile(log, settings.host(), true), new ConfigHistory(), 0, null,
                null, null, List.of(), null, null, 0), pid);
    }

    private void ask(String request) {
        operator.handle(request.split(" ", 3), progress::add, last::add);
    }

    @Test
    void aDrainEndsAtOnceWhenNobodyIsThere() throws Exception {
        ask("drain 3600");
        assertThat(last).containsExactly("ok drained");
        assertThat(subject.closings).containsExactly(true);
        assertThat(subject.stopped.await(0, TimeUnit.SECONDS)).isTrue();
        assertThat(operator.lastLine()).isEqualTo("drained");
    }

    @Test
    void aDrainTellsWhoIsLeftAtItsEnd() {
        subject.clients = 3;
        ask("drain 0");
        assertThat(last).containsExactly("ok drained as far as it went, clients left: 3");
    }

    @Test
    void aDrainGoesOnWhenSomethingStillAccepts() {
        subject.stubborn = true;
        ask("drain 0");
        assertThat(last).containsExactly("ok drained");
        assertThat(lines.toString(StandardCharsets.UTF_8)).contains("not everything has stopped accepting: it goes on");
    }

    @Test
    void whatIsNoNumberOfSecondsIsNamed() {
        ask("drain soon");
        ask("drain");
        ask("dance");
        assertThat(last).containsExactly("error \"soon\" is given, expected a number of seconds",
                "error nothing is given, expected a number of seconds",
                "error \"dance\" is unknown, expected upgrade, drain or status");
    }

    @Test
    void theStatusTellsOfClients() {
        subject.clients = 12;
        ask("status");
        assertThat(last).containsExactly("ok clients 12");
    }

    @Test
    void aTermThatFindsNoWishToDrainStopsAtOnce() {
        assertThat(operator.leave(0)).isFalse();
    }

    @Test
    void aTermDrainsOnce() throws Exception {
        subject.clients = 1;
        assertThat(operator.leave(NEVER)).isTrue();
        while (subject.closings.isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(operator.leave(NEVER)).as("while it drains").isFalse();
        subject.clients = 0;
        assertThat(subject.stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTermStopsWhatCannotDrain() throws Exception {
        subject.stubborn = true;
        assertThat(operator.leave(NEVER)).isTrue();
        assertThat(subject.stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void processOneIsNotReplaced() throws Exception {
        operator = operator(1);
        ask("upgrade 1 /bin/true");
        assertThat(last).hasSize(1).first().asString().contains("number 1 of its container").contains("--init");
        assertThat(lines.toString(StandardCharsets.UTF_8)).contains("nothing has changed");
    }

    @Test
    void whatIsNoProgramIsNamed() {
        ask("upgrade 1 /nowhere/at/all");
        assertThat(last).containsExactly(
                "error /nowhere/at/all is no program, expected the launcher of the new version");
    }
}
