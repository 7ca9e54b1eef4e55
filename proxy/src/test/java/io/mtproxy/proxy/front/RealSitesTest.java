package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.wire.faketls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real TLS servers on loopback: Java's own, and those of the system, where they are installed. */
class RealSitesTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;
    private final RecordedLog log = new RecordedLog();

    /** Some of these servers take one connection after the other, so not all tests have as many as the proxy. */
    private SiteSighting ask(int port, int connections) {
        FrontSettings settings = new FrontSettings(List.of("front.test"), port, connections, Duration.ofSeconds(30),
                Duration.ofHours(6), null, new byte[16]);
        return SiteProfiles.ask(settings, domain -> HERE, OwnSockets.NONE, log).current().fallback().sighting();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes());
        }
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static void assumeInstalled(String program) {
        boolean installed = Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of)
                .anyMatch(folder -> Files.isExecutable(folder.resolve(program)))
                || Files.isExecutable(Path.of("/usr/sbin", program));
        assumeTrue(installed, program + " is not installed");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            return free.getLocalPort();
        }
    }

    /** Starts a server and waits until its port is open. */
    private Process server(int port, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile()).start();
        for (int i = 0; i < 500; i++) {
            try (Socket probe = new Socket(HERE, port)) {
                assertThat(probe.isConnected()).isTrue();
                return process;
            } catch (IOException e) {
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
        throw new AssertionError("no server: " + Files.readString(folder.resolve("server.log")));
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    private Path certificate(String... key) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj",
                "/CN=front.test", "-keyout", folder.resolve("key").toString(), "-out",
                folder.resolve("cert").toString(), "-newkey"));
        command.addAll(List.of(key));
        run(command.toArray(String[]::new));
        return folder.resolve("cert");
    }

    @Test
    void javasOwnServer() throws Exception {
        Path store = folder.resolve("store");
        run(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                "-groupname", "secp256r1", "-dname", "CN=front.test", "-keystore", store.toString(), "-storepass",
                "changeit");
        try (SSLServerSocket server = server(store)) {
            Thread.ofVirtual().start(() -> accept(server));
            SiteSighting seen = ask(server.getLocalPort(), 20);
            assertThat(log.lines).first().asString().startsWith("0:Successfully checked domain front.test in ");
            assertThat(seen.probed()).isTrue();
            assertThat(seen.classic().group()).isEqualTo(Tls.X25519);
            assertThat(seen.classic().changeCipherSpecAt()).isEqualTo(1);
            assertThat(total(seen)).isBetween(500, 2000);
        }
    }

    private static int total(SiteSighting seen) {
        return seen.classic().flights().getFirst().oneRecord();
    }

    private static SSLServerSocket server(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(managers.getKeyManagers(), null, null);
        return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 100, HERE);
    }

    private static void accept(SSLServerSocket server) {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> shake(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void shake(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
        } catch (IOException e) {
            // a probe does not finish its handshake
        }
    }

    /** nginx answers from several connections at once; its first record is of 36 bytes with HTTP/2, and there are four. */
    @Test
    void nginx() throws Exception {
        assumeInstalled("nginx");
        assumeInstalled("openssl");
        certificate("rsa:2048");
        int port = freePort();
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; pid %1$s/pid; error_log %1$s/error.log; events {}
                http { access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p;
                fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                server { listen 127.0.0.1:%2$d ssl; ssl_certificate %1$s/cert; ssl_certificate_key %1$s/key;
                ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; } }
                """.formatted(folder, port));
        Process nginx = server(port, "nginx", "-e", folder.resolve("error.log").toString(), "-c", config.toString());
        try {
            SiteSighting seen = ask(port, 20);
            assertThat(seen.probed()).isTrue();
            assertThat(seen.main().reversed()).isTrue();
            assertThat(seen.main().cipherSuite()).isEqualTo(0x1302);
            assertThat(seen.chachaFirst()).isEqualTo(0x1302);
            List<Integer> records = seen.classic().flights().getFirst().records();
            assertThat(records).hasSize(4);
            assertThat(records.get(2)).as("proof of a 2048-bit key: 4 + 4 + 256 bytes, type, tag").isEqualTo(281);
            assertThat(records.get(3)).as("4 + 48 bytes, type, tag").isEqualTo(69);
            assertThat(seen.classic().flights()).as("RSA does not vary").hasSize(1);
            assertThat(log.lines).anyMatch(line -> line.endsWith("will not be fully emulated"));
        } finally {
            end(nginx);
        }
    }

    /** {@code openssl s_server} takes one connection after the other, and ECDSA proofs vary by some bytes. */
    @Test
    void openssl() throws Exception {
        assumeInstalled("openssl");
        certificate("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        int port = freePort();
        Process openssl = server(port, "openssl", "s_server", "-quiet", "-accept", "127.0.0.1:" + port, "-cert",
                folder.resolve("cert").toString(), "-key", folder.resolve("key").toString(), "-www");
        try {
            SiteSighting seen = ask(port, 6);
            assertThat(seen.probed()).as("%s", log.lines).isTrue();
            assertThat(seen.main().reversed()).isTrue();
            assertThat(seen.classic().flights()).allSatisfy(flight -> assertThat(flight.records()).hasSize(4));
            assertThat(seen.classic().flights().stream().mapToInt(Flight::bytes).summaryStatistics())
                    .satisfies(bytes -> assertThat(bytes.getMax() - bytes.getMin()).isLessThan(8));
        } finally {
            end(openssl);
        }
    }

    /** GnuTLS has key_share first, and sends tickets before it waits: whoever counts handshake messages misses them. */
    @Test
    void gnutls() throws Exception {
        assumeInstalled("gnutls-serv");
        assumeInstalled("openssl");
        certificate("rsa:2048");
        int port = freePort();
        Process gnutls = server(port, "gnutls-serv", "-q", "--http", "--disable-client-cert", "--port",
                String.valueOf(port), "--x509certfile", folder.resolve("cert").toString(), "--x509keyfile",
                folder.resolve("key").toString());
        try {
            SiteSighting seen = ask(port, 6);
            assertThat(seen.probed()).as("%s", log.lines).isTrue();
            assertThat(seen.main().reversed()).isFalse();
            List<Integer> records = seen.classic().flights().getFirst().records();
            assertThat(records).hasSizeGreaterThan(4).contains(281, 53);
            assertThat(records.getLast()).as("tickets come last").isEqualTo(records.get(records.size() - 2));
        } finally {
            end(gnutls);
        }
    }

    /** What a probe costs a server that has TLS 1.2 only: it says so at once. */
    @Test
    void opensslWithoutTls13() throws Exception {
        assumeInstalled("openssl");
        certificate("rsa:2048");
        int port = freePort();
        Process openssl = server(port, "openssl", "s_server", "-quiet", "-tls1_2", "-accept", "127.0.0.1:" + port,
                "-cert", folder.resolve("cert").toString(), "-key", folder.resolve("key").toString(), "-www");
        try {
            assertThat(ask(port, 6).probed()).isFalse();
            assertThat(log.lines).startsWith("Not found TLS 1.3 support on domain front.test");
        } finally {
            end(openssl);
        }
    }
}
