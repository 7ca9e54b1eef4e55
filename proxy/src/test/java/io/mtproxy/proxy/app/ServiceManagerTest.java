package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.NotifyInbox;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is told to whoever has started us. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ServiceManagerTest {
    private static final int SOON = 20_000;
    private static final int QUIET = 300;
    private static final String READY = "READY=1\nMAINPID=77\nSTATUS=Serving";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Log log = new Log(lines, 1, InstantSource.system());
    private final Loops engine = new Loops();

    private static final class Loops implements Engine {
        private volatile boolean alive = true;

        @Override
        public boolean run() {
            return true;
        }

        @Override
        public void stop() {}

        @Override
        public void reload(Snapshot next) {}

        @Override
        public boolean alive() {
            return alive;
        }

        @Override
        public void close() {}
    }

    private String name() {
        return folder.resolve("notify").toString();
    }

    private ServiceManager serving(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NOTIFY_SOCKET", name());
        log.verbosity(1);
        ServiceManager manager = ServiceManager.of(environment::get, 77, log);
        manager.ready();
        manager.watch(engine);
        return manager;
    }

    private String logged() {
        return lines.toString(StandardCharsets.UTF_8);
    }

    private static void awaitSilence(NotifyInbox inbox) {
        while (inbox.next(QUIET) != null) { // said before
            continue;
        }
    }

    @Test
    void withoutASocketThereIsNone() {
        log.verbosity(1);
        assertThat(ServiceManager.of(name -> null, 77, log)).isNull();
        assertThat(ServiceManager.of(name -> name.equals("NOTIFY_SOCKET") ? "" : null, 77, log)).isNull();
        assertThat(logged()).isEmpty();
    }

    @Test
    void whatIsNoSocketIsToldAndCostsNothing() {
        log.verbosity(1);
        assertThat(ServiceManager.of(name -> name.equals("NOTIFY_SOCKET") ? "notify" : null, 77, log)).isNull();
        assertThat(logged()).contains("no service manager at notify: expected a path or @name").hasLineCount(1);
    }

    @Test
    void itHearsOfEachStepOfALife() {
        try (NotifyInbox inbox = new NotifyInbox(name())) {
            ServiceManager manager = serving(Map.of());
            assertThat(inbox.next(SOON)).isEqualTo(READY);
            manager.mainPid(4711);
            assertThat(inbox.next(SOON)).isEqualTo("MAINPID=4711");
            manager.stopping();
            assertThat(inbox.next(SOON)).isEqualTo("STOPPING=1\nSTATUS=Stopping");
            assertThat(inbox.next(QUIET)).as("no watchdog was asked for").isNull();
        }
        assertThat(logged()).isEmpty();
    }

    @Test
    void itHearsThatLoopsTurnAsLongAsTheyDo() {
        try (NotifyInbox inbox = new NotifyInbox(name())) {
            serving(Map.of("WATCHDOG_USEC", "40000", "WATCHDOG_PID", "77"));
            assertThat(inbox.next(SOON)).isEqualTo(READY);
            for (int i = 0; i < 5; i++) {
                assertThat(inbox.next(SOON)).isEqualTo("WATCHDOG=1");
            }
            engine.alive = false;
            awaitSilence(inbox);
            engine.alive = true;
            assertThat(inbox.next(SOON)).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void theWatchdogOfAnotherProcessIsNotOurs() {
        try (NotifyInbox inbox = new NotifyInbox(name())) {
            serving(Map.of("WATCHDOG_USEC", "2000", "WATCHDOG_PID", "78"));
            assertThat(inbox.next(SOON)).isEqualTo(READY);
            assertThat(inbox.next(QUIET)).isNull();
        }
    }

    @Test
    void aWatchdogWithoutATimeIsTold() {
        try (NotifyInbox inbox = new NotifyInbox(name())) {
            serving(Map.of("WATCHDOG_USEC", "often"));
            assertThat(inbox.next(SOON)).isEqualTo(READY);
            assertThat(inbox.next(QUIET)).isNull();
        }
        assertThat(logged()).contains("WATCHDOG_USEC is \"often\", expected a number");
    }

    @Test
    void oneThatDoesNotHearUsIsToldOnce() {
        ServiceManager manager = serving(Map.of());
        manager.mainPid(1);
        manager.stopping();
        assertThat(logged()).contains("the service manager does not hear us: No such file or directory")
                .hasLineCount(1);
    }
}
