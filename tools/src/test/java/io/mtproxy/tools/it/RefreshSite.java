package io.mtproxy.tools.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A site that publishes config and secret, as Telegram's does, with a certificate that a file of the folder vouches for. */
final class RefreshSite implements AutoCloseable {
    private static final String CONFIG = "/getProxyConfig";
    private static final String SECRET = "/getProxySecret";
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Path certificate;
    /** Of the config. */
    private final AtomicInteger requests = new AtomicInteger();

    /**
     * What is answered.
     *
     * @param promised bytes that the head speaks of
     */
    private record Answer(int status, String type, int promised, byte[] body) {
        static Answer of(String type, byte[] body) {
            return new Answer(200, type, body.length, body);
        }
    }

    private RefreshSite(HttpsServer server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static RefreshSite start(Path folder) throws Exception {
        Path store = folder.resolve("site-keys");
        Path certificate = folder.resolve("site.pem");
        if (!Files.exists(store)) {
            keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext",
                    "SAN=dns:localhost", "-alias", "a", "-storetype", "PKCS12", "-keystore", store.toString(),
                    "-storepass", "changeit");
            keytool("-exportcert", "-rfc", "-alias", "a", "-keystore", store.toString(), "-storepass", "changeit",
                    "-file", certificate.toString());
        }
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(store)));
        RefreshSite site = new RefreshSite(server, certificate);
        server.setExecutor(site.threads);
        server.createContext("/", site::handle);
        server.start();
        return site;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
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
        String path = exchange.getRequestURI().getPath();
        if (path.equals(CONFIG)) {
            requests.incrementAndGet();
        }
        Answer answer = answers.getOrDefault(path, new Answer(404, "text/plain", 0, new byte[0]));
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.promised() == 0 ? -1 : answer.promised());
            exchange.getResponseBody().write(answer.body());
        }
    }

    /** What the proxy is to be told, besides the interval. */
    List<String> options() {
        return List.of("--config-url", url(CONFIG), "--secret-url", url(SECRET), "--refresh-ca",
                certificate.toString());
    }

    private String url(String path) {
        return "https://localhost:" + server.getAddress().getPort() + path;
    }

    String configUrl() {
        return url(CONFIG);
    }

    /** How often the config was asked for. */
    int requests() {
        return requests.get();
    }

    /** Publishes a Telegram. */
    void publish(SimulatedTelegram telegram) {
        answers.put(SECRET, Answer.of("application/octet-stream", telegram.proxySecret()));
        config(telegram.proxyConfig());
    }

    void config(String text) {
        answers.put(CONFIG, Answer.of("text/plain; charset=utf-8", bytes(text)));
    }

    void html(String text) {
        answers.put(CONFIG, Answer.of("text/html", bytes(text)));
    }

    /** The connection ends before the text does. */
    void truncated(String text) {
        answers.put(CONFIG, new Answer(200, "text/plain", bytes(text).length + 100, bytes(text)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
