package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A TLS server of the system on loopback, which a proxy hides behind. Its certificate has an RSA key: all lengths are fixed. */
record RealSite(Process process, InetSocketAddress address) implements AutoCloseable {
    /** The name that it is asked for. */
    static final String DOMAIN = "localhost";

    /** nginx: HTTP inside, TLS 1.2 and 1.3. It waits 4 s for whoever does not go on. */
    static RealSite nginx(Path directory) throws Exception {
        String nginx = installed("nginx");
        certificate(directory);
        int port = FreePort.find();
        Path config = Files.writeString(directory.resolve("nginx.conf"),
                """
                        daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log; events { worker_connections 4000; }
                        http { access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p;
                        fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                        client_header_timeout 4s; client_body_timeout 4s; keepalive_timeout 4s; lingering_timeout 1s;
                        server { listen 127.0.0.1:%2$d ssl; ssl_certificate %1$s/cert; ssl_certificate_key %1$s/key;
                        ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; location / { return 200 "hello\\n"; } } }
                        """
                        .formatted(directory, port));
        return start(directory, port,
                List.of(nginx, "-e", directory.resolve("error.log").toString(), "-c", config.toString()));
    }

    /** GnuTLS: answers any request with a page about the session. It waits for ever. */
    static RealSite gnutls(Path directory) throws Exception {
        String gnutls = installed("gnutls-serv");
        certificate(directory);
        int port = FreePort.find();
        return start(directory, port, List.of(gnutls, "-q", "--http", "--disable-client-cert", "--port",
                String.valueOf(port), "--x509certfile", directory.resolve("cert").toString(), "--x509keyfile",
                directory.resolve("key").toString()));
    }

    /** Where a program is; the test is skipped where it is not. */
    private static String installed(String program) {
        Optional<Path> found = Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":", -1))
                .map(folder -> Path.of(folder, program)).filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), program + " is not installed");
        return found.orElseThrow().toString();
    }

    private static void certificate(Path directory) throws Exception {
        Process openssl = new ProcessBuilder(installed("openssl"), "req", "-x509", "-nodes", "-days", "2", "-subj",
                "/CN=" + DOMAIN,
                "-keyout", directory.resolve("key").toString(), "-out", directory.resolve("cert").toString(), "-newkey",
                "rsa:2048").redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile()).start();
        assertThat(openssl.waitFor()).as("exit code of openssl").isZero();
    }

    private static RealSite start(Path directory, int port, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("site.log").toFile()).start();
        RealSite site = new RealSite(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            Await.until(command.getFirst() + " listens", Harness.SOON, site::listens);
        } catch (IllegalStateException e) {
            site.close();
            throw new IllegalStateException(Files.readString(directory.resolve("site.log")), e);
        }
        return site;
    }

    private boolean listens() {
        try (Socket probe = new Socket()) {
            probe.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** For a site that is down. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(Harness.SOON.toSeconds(), TimeUnit.SECONDS)).as("site ends").isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
