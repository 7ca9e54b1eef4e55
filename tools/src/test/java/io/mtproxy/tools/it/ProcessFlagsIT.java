package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options that act on the process itself, observed in /proc. */
class ProcessFlagsIT {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path directory;
    private Path config;

    @BeforeEach
    void everybodyMayRead() throws IOException {
        permit(directory, "rwxr-xr-x");
        config = Files.writeString(directory.resolve("backend.conf"), "proxy 127.0.0.1:1;\n");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private Daemon start(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(config.toString());
        return Daemon.start(directory, List.of(), all.toArray(String[]::new));
    }

    private static void assumeRoot() throws IOException, InterruptedException {
        assumeTrue(ProcessFacts.run("id", "-u").strip().equals("0"), "needs root");
        assumeTrue(Files.isReadable(ProxyOptions.defaultExecutable()), "installed where all may read");
    }

    /** 443, or another one below 1024 where that is taken. */
    private static int privilegedPort() throws IOException {
        for (int port = 1000; port > 600; port--) {
            int candidate = port == 1000 ? 443 : port;
            try (ServerSocket free = new ServerSocket(candidate)) {
                return free.getLocalPort();
            } catch (IOException e) {
                continue; // taken
            }
        }
        throw new IOException("no privileged port is free");
    }

    @Test
    void everyTaskBecomesTheUserAfterThePrivilegedPortsAreOpen() throws Exception {
        assumeRoot();
        String uid = ProcessFacts.run("id", "-u", "nobody").strip();
        String gid = ProcessFacts.run("id", "-g", "nobody").strip();
        int port = privilegedPort();
        try (Daemon daemon = start("-u", "nobody", "-c", "1000", "-H", String.valueOf(port), "--cpu-threads", "3")) {
            daemon.await("main loop");
            Await.until("all loops run", Harness.SOON, () -> daemon.facts().taskNames().contains("loop-2"));
            ProcessFacts facts = daemon.facts();
            assertThat(facts.status("Uid")).hasSizeGreaterThan(3).containsOnly(String.join(" ", uid, uid, uid, uid));
            assertThat(facts.status("Gid")).containsOnly(String.join(" ", gid, gid, gid, gid));
            assertThat(facts.status("Groups")).containsOnly(gid);
            for (String set : List.of("CapEff", "CapPrm", "CapInh", "CapAmb")) {
                assertThat(facts.status(set)).as(set).containsOnly("0".repeat(16));
            }
            try (RawClient client = new RawClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    Transport.PADDED, World.KEY)) {
                assertThat(client.closedByProxy(Duration.ofMillis(100))).isFalse();
            }
            assertThat(daemon.stop()).isZero();
        }
    }

    @Test
    void workersBecomeTheUserToo() throws Exception {
        assumeRoot();
        String uid = ProcessFacts.run("id", "-u", "nobody").strip();
        String gid = ProcessFacts.run("id", "-g", "nobody").strip();
        Path folder = Files.createDirectory(directory.resolve("log"));
        permit(folder, "rwxrwxrwx");
        Path log = folder.resolve("proxy.log");
        int port = privilegedPort();
        int statsPort = FreePort.find();
        try (Daemon daemon = start("-u", "nobody", "-c", "1000", "-M", "2", "-H", String.valueOf(port), "-p",
                String.valueOf(statsPort), "--http-stats", "-l", log.toString());
                ProxyProcess proxy = ProxyProcess.attach(daemon.process(), daemon.output(), port, statsPort)) {
            Await.until("all serve", Harness.SOON,
                    () -> Files.readString(log).split("main loop", -1).length == 3 + 1);
            Family family = Family.of(proxy, 2);
            for (long pid : List.of(proxy.pid(), family.worker(1), family.worker(2))) {
                ProcessFacts facts = new ProcessFacts(pid);
                assertThat(facts.status("Uid")).containsOnly(String.join(" ", uid, uid, uid, uid));
                assertThat(facts.status("Gid")).containsOnly(String.join(" ", gid, gid, gid, gid));
                assertThat(facts.status("Groups")).containsOnly(gid);
                assertThat(facts.status("CapPrm")).containsOnly("0".repeat(16));
            }
            Files.move(log, folder.resolve("old.log"));
            Family.signal("USR1", proxy.pid());
            for (long pid : List.of(proxy.pid(), family.worker(1), family.worker(2))) {
                Await.until(pid + " has reopened its log", Harness.SOON,
                        () -> Family.logOf(pid).equals(log.toString()));
            }
            assertThat(proxy.stop()).isZero();
            assertThat(Files.readString(log).split("Terminated by SIGTERM.", -1)).hasSize(3 + 1);
        }
    }

    @Test
    void theUserReopensItsLogWhereItMayAndKeepsTheOldFileWhereItMayNot() throws Exception {
        assumeRoot();
        Path folder = Files.createDirectory(directory.resolve("log"));
        permit(folder, "rwxrwxrwx");
        Path log = folder.resolve("proxy.log");
        int port = privilegedPort();
        try (Daemon daemon = start("-u", "nobody", "-c", "1000", "-H", String.valueOf(port), "-v", "-l",
                log.toString())) {
            daemon.await(log, "main loop");
            assertThat(daemon.facts().status("Uid")).doesNotContain("0 0 0 0");
            Path first = Files.move(log, folder.resolve("first.log"));
            daemon.facts().signal("USR1");
            daemon.await(log, "logs reopened.");
            assertThat(Files.readString(first)).contains("received signal 10").doesNotContain("logs reopened.");

            permit(folder, "rwxr-xr-x");
            Path second = Files.move(log, folder.resolve("second.log"));
            daemon.facts().signal("USR1");
            daemon.await(second, "cannot open log file");
            assertThat(log).doesNotExist();
            assertThat(daemon.stop()).isZero();
            assertThat(Files.readString(second)).contains("Terminated by SIGTERM.");
        }
    }

    @Test
    void niceAppliesToEveryTask() throws Exception {
        int ours = new ProcessFacts(ProcessHandle.current().pid()).niceness().getFirst();
        try (Daemon daemon = start("-u", USER, "-c", "1000", "--nice", "2", "--nice", "1", "--cpu-threads", "3")) {
            daemon.await("main loop");
            Await.until("all loops run", Harness.SOON, () -> daemon.facts().taskNames().contains("loop-2"));
            assertThat(daemon.facts().niceness()).hasSizeGreaterThan(3).containsOnly(Math.min(ours + 3, 19));
        }
    }

    @Test
    void rootRaisesTheDescriptorLimitToTheConnections() throws Exception {
        assumeRoot();
        try (Daemon daemon = Daemon.start(directory, List.of("sh", "-c", "ulimit -Sn 200; exec \"$@\"", "sh"), "-u",
                USER, "-c", "1000", config.toString())) {
            daemon.await("main loop");
            assertThat(daemon.facts().descriptorLimit()).isEqualTo(1000 + 16 + 3);
        }
    }

    @Test
    void aDaemonLeadsASessionAndHasNoStreamsOfItsCaller() throws Exception {
        Path log = directory.resolve("daemon.log");
        try (Daemon daemon = start("-u", USER, "-c", "1000", "-d", "-l", log.toString())) {
            daemon.await(log, "main loop");
            ProcessFacts facts = daemon.facts();
            assertThat(facts.session()).isEqualTo(facts.pid());
            assertThat(facts.descriptor(0)).isEqualTo(Path.of("/dev/null"));
            assertThat(facts.descriptor(1)).isEqualTo(log);
            assertThat(facts.descriptor(2)).isEqualTo(log);
            assertThat(daemon.text()).contains("re-read successfully").doesNotContain("main loop");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log))).startsWith("rw-r-----");
            assertThat(daemon.stop()).isZero();
            assertThat(Files.readString(log)).contains("SIGTERM handled.", "Terminated by SIGTERM.");
        }
    }

    /** What the JVM opens first must not become a standard stream, which {@code -d} leads elsewhere. */
    @Test
    void aDaemonMayBeStartedWithoutStreams() throws Exception {
        Path log = directory.resolve("daemon.log");
        int port = FreePort.find();
        try (Daemon daemon = Daemon.start(directory, List.of("sh", "-c", "exec <&- >&- 2>&-; exec \"$@\"", "sh"), "-u",
                USER, "-c", "1000", "-d", "-l", log.toString(), "-H", String.valueOf(port), config.toString())) {
            daemon.await(log, "main loop");
            assertThat(daemon.facts().descriptor(0)).isEqualTo(Path.of("/dev/null"));
            assertThat(daemon.facts().descriptor(2)).isEqualTo(log);
            try (RawClient client = new RawClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    Transport.PADDED, World.KEY)) {
                assertThat(client.closedByProxy(Duration.ofMillis(200))).isFalse();
            }
            assertThat(daemon.stop()).isZero();
            assertThat(Files.readString(log)).contains("Terminated by SIGTERM.").doesNotContain("Exception", "Error");
        }
        try (Daemon daemon = Daemon.start(directory, List.of("sh", "-c", "exec <&- >&- 2>&-; exec \"$@\"", "sh"), "-u",
                USER, "-c", "1000", "-l", log.toString(), config.toString())) {
            Await.until("it serves again", Harness.SOON,
                    () -> Files.readString(log).split("main loop", -1).length == 3);
            for (int stream = 0; stream <= 2; stream++) {
                assertThat(daemon.facts().descriptor(stream)).isEqualTo(Path.of("/dev/null"));
            }
        }
    }

    @Test
    void aDaemonWithoutALogIsSilent() throws Exception {
        try (Daemon daemon = start("-u", USER, "-c", "1000", "-d")) {
            Await.until("its streams are /dev/null", Harness.SOON, () -> {
                ProcessFacts facts = daemon.facts();
                return List.of(facts.descriptor(0), facts.descriptor(1), facts.descriptor(2)).stream()
                        .allMatch(Path.of("/dev/null")::equals);
            });
            assertThat(daemon.facts().session()).isEqualTo(daemon.facts().pid());
        }
    }

    @Test
    void dTwiceIsOffAndDoesNotLeaveTheSession() throws Exception {
        try (Daemon daemon = start("-u", USER, "-c", "1000", "-d", "-d")) {
            daemon.await("main loop");
            assertThat(daemon.facts().session()).isNotEqualTo(daemon.facts().pid());
            assertThat(daemon.facts().descriptor(2)).isEqualTo(daemon.output());
        }
    }

    @Test
    void logTakesWhatComesFromTheMainLoopOn() throws Exception {
        Path log = Files.writeString(directory.resolve("proxy.log"), "before\n");
        try (Daemon daemon = start("-u", USER, "-c", "1000", "-l", log.toString())) {
            daemon.await(log, "main loop");
            assertThat(Files.readString(log)).startsWith("before\n");
            assertThat(daemon.text()).contains("Started as").doesNotContain("main loop");
        }
    }

    @Test
    void verbosityDecidesWhichLinesThereAre() throws Exception {
        try (Daemon daemon = start("-u", USER, "-c", "1000")) {
            daemon.await("main loop");
            assertThat(daemon.text()).contains("config_filename = '").doesNotContain("Server started");
        }
        try (Daemon daemon = start("-u", USER, "-c", "1000", "-v")) {
            daemon.await("main loop");
            assertThat(daemon.text()).contains("config loaded!", "Server started");
        }
        try (Daemon daemon = start("-u", USER, "-c", "1000", "--verbosity=-1")) {
            daemon.await("re-read successfully");
            daemon.facts().signal("HUP"); // what it says then comes behind where "main loop" would stand
            Await.until("it reloads", Harness.SOON, () -> daemon.text().split("re-read successfully", -1).length == 3);
            assertThat(daemon.text()).contains("Started as").doesNotContain("main loop", "config_filename");
        }
    }
}
