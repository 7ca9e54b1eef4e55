package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.cli.CommandLine;
import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.BackendConfigFile;
import io.mtproxy.proxy.config.Outbound;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What signals do, without sending any. */
class LifeTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Log log = new Log(lines, 1, InstantSource.system());
    private final Machine machine = new Machine();
    private final Life life = new Life(log, machine);
    private final Recorder engine = new Recorder();
    private Launch launch;

    private static final class Machine extends Life.Host {
        private long nanos;
        private int halted = -1;

        @Override
        long nanoTime() {
            return nanos;
        }

        @Override
        void halt(int code) {
            halted = code;
        }
    }

    private static final class Recorder implements Engine {
        private final List<Snapshot> taken = new ArrayList<>();
        private final List<Signal> forwarded = new ArrayList<>();
        private final CountDownLatch reloading = new CountDownLatch(1);
        private CountDownLatch mayReload = new CountDownLatch(0);
        private int stops;

        @Override
        public boolean run() {
            return true;
        }

        @Override
        public void stop() {
            stops++;
        }

        @Override
        public void reload(Snapshot next) {
            reloading.countDown();
            try {
                mayReload.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            taken.add(next);
        }

        @Override
        public void forward(Signal signal) {
            forwarded.add(signal);
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void prepare() throws Exception {
        String config = Files.writeString(folder.resolve("config"), "proxy 10.0.0.1:80;").toString();
        Settings settings = CommandLine.parse("prog", List.of(config), false, increment -> {}).settings();
        BackendConfig backend = BackendConfigFile.load(config, host -> java.net.InetAddress.getLoopbackAddress(), 0);
        launch = new Launch(settings, Outbound.DEFAULT, EventLoops.choose("nio"), new Snapshot(backend, List.of()),
                null, "none",
                List.of(), List.of(), 1, 1,
                new Identity(0, -1, 1, 1), log, new LogFile(log, settings.host(), true), new ConfigHistory(), 0, null,
                null, null, List.of(), null, null, 0);
    }

    @Test
    void termStopsTheEngine() {
        life.begin(engine, launch);
        assertThat(life.lastLine()).isNull();
        life.received("TERM");
        assertThat(engine.stops).isEqualTo(1);
        assertThat(life.lastLine()).isEqualTo("Terminated by SIGTERM.");
        assertThat(text()).matches("(?s)\\[pid 1\\] \\[time \\d+\\] SIGTERM handled\\.\n");
    }

    @Test
    void aPairOfEqualSignalsIsOne() {
        life.begin(engine, launch);
        life.received("INT");
        machine.nanos += 49_000_000;
        life.received("INT");
        assertThat(engine.stops).isEqualTo(1);
        assertThat(machine.halted).isEqualTo(-1);
        assertThat(text()).containsOnlyOnce("SIGINT handled.").doesNotContain("immediately");
        assertThat(life.lastLine()).isEqualTo("Terminated by SIGINT.");
    }

    @Test
    void aSecondRequestEndsTheProcessAtOnce() {
        life.begin(engine, launch);
        life.received("TERM");
        machine.nanos += 50_000_000;
        life.received("TERM");
        assertThat(machine.halted).isEqualTo(1);
        assertThat(text()).endsWith("] SIGTERM handled immediately.\n");
    }

    @Test
    void beforeTheMainLoopTheFirstRequestDoes() {
        life.received("INT");
        assertThat(machine.halted).isEqualTo(1);
        assertThat(text()).endsWith("] SIGINT handled immediately.\n");
    }

    @Test
    void interruptThenTermNamesTerm() {
        life.begin(engine, launch);
        life.received("INT");
        life.received("TERM");
        assertThat(life.lastLine()).isEqualTo("Terminated by SIGTERM.");
    }

    @Test
    void hangUpReloads() {
        life.begin(engine, launch);
        life.received("HUP");
        assertThat(engine.taken).hasSize(1);
        assertThat(text()).contains("received signal 01\n", "re-read successfully (18 bytes parsed)");
    }

    @Test
    @Timeout(60)
    void hangUpsThatWaitForAReloadAreOne() throws Exception {
        engine.mayReload = new CountDownLatch(1);
        life.begin(engine, launch);
        Thread first = Thread.ofPlatform().start(() -> life.received("HUP"));
        engine.reloading.await();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            others.add(Thread.ofPlatform().start(() -> life.received("HUP")));
        }
        while (others.stream().filter(Thread::isAlive).count() > 1) { // one waits, the others rely on it
            Thread.onSpinWait();
        }
        engine.mayReload.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }
        assertThat(engine.taken).hasSize(2);
        assertThat(launch.configs().view()).isEqualTo(new ConfigHistory.View(3, 2, 2, ""));
        assertThat(text().split("received signal 01", -1)).hasSize(6 + 1);
    }

    @Test
    void whatComesTooEarlyIsDoneWhenTheMainLoopBegins() {
        life.received("HUP");
        life.received("USR1");
        assertThat(engine.taken).isEmpty();
        assertThat(text()).contains("received signal 01\n", "received signal 10\n").doesNotContain("reopen");
        life.begin(engine, launch);
        assertThat(engine.taken).hasSize(1);
        assertThat(engine.forwarded).containsExactly(Signal.HUP, Signal.USR1);
        assertThat(text()).contains("no log file to reopen");
    }

    @Test
    void workersAreToldOfWhatTheyHaveToDoToo() {
        life.begin(engine, launch);
        life.received("USR1");
        life.received("HUP");
        life.received("TERM");
        assertThat(engine.forwarded).as("the engine itself ends its workers").containsExactly(Signal.USR1, Signal.HUP);
    }

    @Test
    void anOrphanEndsWithALine() {
        life.orphaned("Parent 7 is changed to 1, aborting");
        assertThat(machine.halted).isEqualTo(1);
        assertThat(text()).endsWith(" local] Parent 7 is changed to 1, aborting\n");
    }

    private String text() {
        return lines.toString(StandardCharsets.UTF_8);
    }
}
