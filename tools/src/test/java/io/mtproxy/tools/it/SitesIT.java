package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -D} at the start of the daemon: what it asks, says, and keeps. */
class SitesIT {
    private static final String USER = System.getProperty("user.name");
    private static final String SECRET = "00112233445566778899aabbccddeeff";
    private static final String DEFAULT = "Failed to update response data about 127.0.0.1, "
            + "so default response settings wiil be used";

    @TempDir
    private Path directory;
    private Path state;
    private Path config;

    @BeforeEach
    void everybodyMayRead() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        config = Files.writeString(directory.resolve("backend.conf"), "proxy 127.0.0.1:1;\n");
        state = directory.resolve("state");
    }

    private Daemon start(String user, int sitePort, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-u", user, "-c", "1000", "-D", "127.0.0.1"));
        arguments.addAll(List.of(more));
        arguments.add(config.toString());
        return Daemon.start(directory, List.of("env", "STATE_DIRECTORY=" + state,
                "MTPROXY_JVM_FLAGS=" + ProxyOptions.siteFlag(sitePort)), arguments.toArray(String[]::new));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Path kept() {
        return state.resolve("site-127.0.0.1.txt");
    }

    @Test
    void aSiteThatIsDownIsNotFatalAndItsSizeStaysTheSame() throws Exception {
        int port = closedPort();
        try (Daemon daemon = start(USER, port, "-S", SECRET)) {
            daemon.await(DEFAULT);
            assertThat(daemon.text())
                    .contains("Failed to write request for checking domain 127.0.0.1: Connection refused");
        }
        String drawn = Files.readString(kept());
        assertThat(drawn).contains("origin drawn");
        try (Daemon daemon = start(USER, port, "-S", SECRET.replace('0', '1'))) {
            daemon.await(DEFAULT);
        }
        assertThat(kept()).hasContent(drawn);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("daemon-"))).containsExactlyInAnyOrder("backend.conf", "state");
        }
    }

    @Test
    void withoutASecretItEndsBehindTheProbe() throws Exception {
        try (Daemon daemon = start(USER, closedPort())) {
            assertThat(daemon.process().waitFor()).isEqualTo(2);
            assertThat(daemon.text()).containsSubsequence(DEFAULT,
                    "You must specify at least one mtproto-secret to use when using TLS-transport");
        }
    }

    @Test
    void workersAreToldOfAsInCAndThatItIsSafeHere() throws Exception {
        try (Daemon daemon = start(USER, closedPort(), "-M", "2", "-S", SECRET)) {
            daemon.await("so it is safe");
            assertThat(daemon.text()).containsSubsequence(DEFAULT,
                    "It is recommended to not use workers with TLS-transport", "share one replay cache");
        }
    }

    @Test
    void aSiteIsAskedByTwentyConnectionsAtOnce() throws Exception {
        try (ServerSocket site = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
                Daemon daemon = start(USER, site.getLocalPort(), "-S", SECRET)) {
            List<Socket> visitors = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                visitors.add(site.accept());
                assertThat(visitors.getLast().getInputStream().readNBytes(3)).containsExactly(22, 3, 1);
            }
            assertThat(daemon.text()).doesNotContain("checking domain");
            for (Socket visitor : visitors) {
                visitor.close();
            }
            daemon.await(DEFAULT);
        }
    }

    @Test
    void aSiteThatIsKnownSinceLessThanADayIsNotAsked() throws Exception {
        Files.createDirectory(state);
        Files.writeString(kept(), """
                mtproxy-site 1
                domain 127.0.0.1
                origin probed
                seen-at %d
                chacha-first 1303
                classic suite=1301 group=001d extensions=002b,0033 server-hello=122 ccs=1
                classic-flight times=20 records=42,2611,281,69
                end
                """.formatted(System.currentTimeMillis() / 1000 - 3600));
        try (ServerSocket site = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
                Daemon daemon = start(USER, site.getLocalPort(), "-S", SECRET)) {
            daemon.await("Using response data about 127.0.0.1 of 60 minutes ago");
            assertThat(daemon.text()).contains("encrypted first flight of 3018 bytes");
            site.setSoTimeout(1);
            assertThat(accepts(site)).isFalse();
        }
    }

    private static boolean accepts(ServerSocket site) throws IOException {
        try (Socket visitor = site.accept()) {
            return visitor.isConnected();
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void theUserMayWriteWhereRootHasBegun() throws Exception {
        assumeTrue(ProcessFacts.run("id", "-u").strip().equals("0"), "needs root");
        assumeTrue(Files.isReadable(ProxyOptions.defaultExecutable()), "installed where all may read");
        try (Daemon daemon = start("nobody", closedPort(), "-S", SECRET)) {
            daemon.await(DEFAULT);
        }
        assertThat(Files.getOwner(state).getName()).isEqualTo("nobody");
        assertThat(kept()).exists();
    }
}
