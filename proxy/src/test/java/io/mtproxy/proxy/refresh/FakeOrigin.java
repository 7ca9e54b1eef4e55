package io.mtproxy.proxy.refresh;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A site that answers each path as the test says, with a certificate of its own for "localhost". */
final class FakeOrigin implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final long PATIENCE_SECONDS = 60;

    /** What a path answers. */
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    final AtomicInteger requests = new AtomicInteger();
    private final Path certificate;

    private FakeOrigin(HttpsServer server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static FakeOrigin start(Path folder) throws Exception {
        Path store = folder.resolve("store");
        Path certificate = folder.resolve("certificate.pem");
        if (!Files.exists(store)) {
            keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext",
                    "SAN=dns:localhost", "-alias", "a", "-storetype", "PKCS12", "-keystore", store.toString(),
                    "-storepass", "changeit");
            keytool("-exportcert", "-rfc", "-alias", "a", "-keystore", store.toString(), "-storepass", "changeit",
                    "-file", certificate.toString());
        }
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(store)));
        FakeOrigin origin = new FakeOrigin(server, certificate);
        server.setExecutor(origin.threads);
        server.createContext("/", origin::handle);
        server.start();
        return origin;
    }

    private static void keytool(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(said);
        }
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            Answer answer = answers.get(exchange.getRequestURI().getPath());
            if (answer == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                answer.give(exchange);
            }
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI url(String path) {
        return URI.create("https://localhost:" + port() + path);
    }

    /** Whom to believe. */
    Path certificate() {
        return certificate;
    }

    /** From now on. */
    void answer(String path, Answer answer) {
        answers.put(path, answer);
    }

    void text(String path, String body) {
        answer(path, body(200, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    void bytes(String path, byte[] body) {
        answer(path, body(200, "application/octet-stream", body));
    }

    static Answer body(int status, String type, byte[] body) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        };
    }

    static Answer redirect(String to) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", to);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** Promises more than it sends. */
    static Answer truncated(byte[] body) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, body.length + 1);
            exchange.getResponseBody().write(body);
        };
    }

    /** In chunks, which tell no length before. */
    static Answer chunks(byte[] chunk, int count) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < count; i++) {
                    out.write(chunk);
                }
            }
        };
    }

    /** Says nothing until the test is over. */
    Answer hang() {
        return exchange -> awaitEnd();
    }

    /** The same behind half a body. */
    Answer hangInTheMiddle(byte[] half) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 2L * half.length);
            exchange.getResponseBody().write(half);
            exchange.getResponseBody().flush();
            awaitEnd();
        };
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.close();
    }
}
