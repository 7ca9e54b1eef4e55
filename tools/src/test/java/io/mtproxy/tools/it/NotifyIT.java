package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.tools.process.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service manager is told how its service is ({@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}). */
class NotifyIT {
    private static final String OFTEN = "WATCHDOG_USEC=200000";
    /** Ten times as long as the time between two words of the watchdog. */
    private static final int QUIET_MILLIS = 1000;

    @TempDir
    private Path directory;
    private int port;

    @BeforeEach
    void assumePython() throws Exception {
        try {
            assumeTrue(new ProcessBuilder("python3", "-c", "").start().waitFor() == 0, "needs python3");
        } catch (IOException e) {
            assumeTrue(false, "needs python3");
        }
        port = FreePort.find();
    }

    private Daemon start(List<String> prefix, String... options) throws IOException {
        Path config = Files.writeString(directory.resolve("backend.conf"), "proxy 127.0.0.1:1;\n");
        List<String> arguments = new ArrayList<>(List.of("-u", System.getProperty("user.name"), "-c", "1000", "-H",
                String.valueOf(port)));
        arguments.addAll(List.of(options));
        arguments.add(config.toString());
        return Daemon.start(directory, prefix, arguments.toArray(String[]::new));
    }

    private static String ready(Daemon daemon) {
        long pid = daemon.process().pid();
        return pid + " READY=1 MAINPID=" + pid + " STATUS=Serving";
    }

    private static String watchdog(Daemon daemon) {
        return daemon.process().pid() + " WATCHDOG=1";
    }

    private static String stopping(Daemon daemon) {
        return daemon.process().pid() + " STOPPING=1 STATUS=Stopping";
    }

    private void hearsOfALife(String name) throws Exception {
        try (NotifyManager manager = NotifyManager.start(directory, name);
                Daemon daemon = start(manager.service(OFTEN))) {
            manager.await(ready(daemon));
            new Socket(InetAddress.getLoopbackAddress(), port).close(); // it serves from now on
            assertThat(daemon.text()).contains("main loop");
            manager.await(watchdog(daemon), 3);
            assertThat(manager.lines()).as("not before it is ready").startsWith(ready(daemon));
            assertThat(manager.count(stopping(daemon))).isZero();
            assertThat(daemon.stop()).as(daemon.text()).isZero();
            manager.await(stopping(daemon));
            assertThat(manager.lines()).as("nothing else").containsOnly(ready(daemon), watchdog(daemon),
                    stopping(daemon));
        }
    }

    @Test
    void aManagerAtAPathHearsOfAWholeLife() throws Exception {
        hearsOfALife(directory.resolve("notify").toString());
    }

    @Test
    void aManagerOfAnAbstractNameHearsOfAWholeLife() throws Exception {
        hearsOfALife("@mtproxy-notify-" + ProcessHandle.current().pid());
    }

    @Test
    void aProcessThatStandsStillIsSilent() throws Exception {
        try (NotifyManager manager = NotifyManager.start(directory, directory.resolve("notify").toString());
                Daemon daemon = start(manager.service(OFTEN))) {
            manager.await(watchdog(daemon), 3);
            daemon.facts().signal("STOP");
            Thread.sleep(QUIET_MILLIS); // what was said before has come
            long before = manager.count(watchdog(daemon));
            Thread.sleep(QUIET_MILLIS);
            assertThat(manager.count(watchdog(daemon))).isEqualTo(before);
            daemon.facts().signal("CONT");
            manager.await(watchdog(daemon), 3);
            assertThat(daemon.stop()).as(daemon.text()).isZero();
        }
    }

    @Test
    void aSupervisorSpeaksForItsWorkers() throws Exception {
        try (NotifyManager manager = NotifyManager.start(directory, directory.resolve("notify").toString());
                Daemon daemon = start(manager.service(OFTEN), "-M", "2")) {
            manager.await(ready(daemon));
            manager.await(watchdog(daemon), 10);
            assertThat(daemon.stop()).as(daemon.text()).isZero();
            manager.await(stopping(daemon));
            assertThat(manager.lines()).containsOnly(ready(daemon), watchdog(daemon), stopping(daemon));
        }
    }

    /** The old process tells it before it ends, or the whole service would count as ended; and never that it stops. */
    @Test
    void anUpgradeNamesTheNewMainProcess() throws Exception {
        String control = "MTPROXY_CONTROL_DIR";
        try (NotifyManager manager = NotifyManager.start(directory, directory.resolve("notify").toString());
                Daemon daemon = start(manager.service(OFTEN, control + '=' + directory))) {
            manager.await(ready(daemon));
            try (Tool tool = Tool.start(directory, Map.of(control, directory.toString()), "upgrade")) {
                int exitCode = tool.exitCode();
                assertThat(exitCode).as(tool.text()).isZero();
                Matcher next = Pattern.compile("handed over to pid (\\d+)").matcher(tool.text());
                assertThat(next.find()).as(tool.text()).isTrue();
                String pid = next.group(1);
                try {
                    manager.await(daemon.process().pid() + " MAINPID=" + pid);
                    manager.await(pid + " READY=1 MAINPID=" + pid + " STATUS=Serving");
                    manager.await(pid + " WATCHDOG=1", 3);
                    assertThat(manager.count(stopping(daemon))).isZero();
                } finally {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        }
    }

    @Test
    void whomNobodyAskedSaysNothing() throws Exception {
        try (NotifyManager manager = NotifyManager.start(directory, directory.resolve("notify").toString());
                Daemon daemon = start(List.of("env", "-u", "NOTIFY_SOCKET", OFTEN), "-v").await("main loop")) {
            Thread.sleep(QUIET_MILLIS);
            assertThat(daemon.facts().taskNames()).doesNotContain("watchdog");
            assertThat(daemon.stop()).as(daemon.text()).isZero();
            assertThat(manager.lines()).isEmpty();
            assertThat(daemon.text()).doesNotContain("service manager");
        }
    }

    @Test
    void theWatchdogOfAnotherProcessIsNotFed() throws Exception {
        try (NotifyManager manager = NotifyManager.start(directory, directory.resolve("notify").toString());
                Daemon daemon = start(manager.service(OFTEN, "WATCHDOG_PID=1"))) {
            manager.await(ready(daemon));
            Thread.sleep(QUIET_MILLIS);
            assertThat(manager.lines()).containsExactly(ready(daemon));
            assertThat(daemon.stop()).as(daemon.text()).isZero();
        }
    }

    @Test
    void aManagerThatIsNotThereCostsALineAndNothingElse() throws Exception {
        try (Daemon daemon = start(List.of("env", "NOTIFY_SOCKET=" + directory.resolve("nobody"), OFTEN), "-v")
                .await("the service manager does not hear us: No such file or directory")) {
            Thread.sleep(QUIET_MILLIS);
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            assertThat(daemon.stop()).as(daemon.text()).isZero();
            assertThat(daemon.text().lines().filter(line -> line.contains("service manager"))).hasSize(1);
        }
    }
}
