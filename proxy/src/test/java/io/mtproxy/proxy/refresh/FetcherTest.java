package io.mtproxy.proxy.refresh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FetcherTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final byte[] CONFIG = "proxy_for 1 10.0.0.1:80;\n".getBytes(ISO_8859_1);

    @TempDir
    private static Path folder;

    private FakeOrigin origin;

    @BeforeEach
    void start() throws Exception {
        origin = FakeOrigin.start(folder);
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private Way way() throws Exception {
        return new Way(Way.trust(origin.certificate()), null, LONG, LONG);
    }

    private byte[] fetch(Document document) throws Exception {
        return new Fetcher(way()).fetch(document, LONG);
    }

    private Document config() {
        return Document.config(origin.url("/config"));
    }

    private Document secret() {
        return Document.secret(origin.url("/secret"));
    }

    private String complaint(Document document) {
        return catchThrowableOfType(Unfit.class, () -> fetch(document)).text();
    }

    @Test
    void bringsWhatIsThere() throws Exception {
        origin.text("/config", new String(CONFIG, ISO_8859_1));
        origin.bytes("/secret", new byte[128]);
        assertThat(fetch(config())).isEqualTo(CONFIG);
        assertThat(fetch(secret())).isEqualTo(new byte[128]);
    }

    @Test
    void readsChunks() throws Exception {
        origin.answer("/config", FakeOrigin.chunks(CONFIG, 3));
        assertThat(fetch(config())).hasSize(3 * CONFIG.length);
    }

    @Test
    void otherStatusesAreNone() {
        assertThat(complaint(config())).isEqualTo(origin.url("/config") + ": expected status 200, came 404");
        origin.answer("/config", FakeOrigin.body(500, "text/plain", CONFIG));
        assertThat(complaint(config())).endsWith("expected status 200, came 500");
        origin.answer("/config", FakeOrigin.body(404, "text/html", new byte[2 << 20]));
        assertThat(complaint(config())).as("whatever is behind it").endsWith("expected status 200, came 404");
    }

    @Test
    void htmlIsNone() {
        origin.answer("/config", FakeOrigin.body(200, "text/html; charset=utf-8", CONFIG));
        assertThat(complaint(config()))
                .endsWith("expected text or application/octet-stream, came text/html; charset=utf-8");
        origin.text("/config", "\n<!DOCTYPE html><html></html>");
        assertThat(complaint(config())).endsWith("expected a config, came an HTML page");
        origin.bytes("/secret", "<html><body>Please log in to this network</body></html>".getBytes(ISO_8859_1));
        assertThat(complaint(secret())).endsWith("expected a secret, came an HTML page");
    }

    @Test
    void otherTypesAreNone() {
        origin.answer("/config", FakeOrigin.body(200, "image/png", CONFIG));
        assertThat(complaint(config())).endsWith("came image/png");
    }

    @Test
    void tooShortOrTooLongIsNone() {
        origin.text("/config", "");
        assertThat(complaint(config())).endsWith("expected a config of 1 to 1048576 bytes, came an empty one");
        origin.bytes("/secret", new byte[31]);
        assertThat(complaint(secret())).endsWith("expected a secret of 32 to 256 bytes, came 31 bytes");
        origin.bytes("/secret", new byte[257]);
        assertThat(complaint(secret())).contains("expected a secret of 32 to 256 bytes, came ");
        origin.bytes("/config", new byte[(1 << 20) + 1]);
        assertThat(complaint(config())).contains("expected a config of 1 to 1048576 bytes, came ");
        origin.answer("/config", FakeOrigin.chunks(new byte[64 << 10], 17));
        assertThat(complaint(config())).contains("expected a config of 1 to 1048576 bytes, came ");
    }

    @Test
    void aMissingEndIsNoticed() {
        origin.answer("/config", FakeOrigin.truncated(CONFIG));
        assertThat(complaint(config())).contains("expected a config of 1 to 1048576 bytes, came ");
    }

    @Test
    void whoHangsIsGivenUp() throws Exception {
        Way hasty = new Way(Way.trust(origin.certificate()), null, LONG, Duration.ofMillis(500));
        origin.answer("/config", origin.hang());
        assertThatThrownBy(() -> new Fetcher(hasty).fetch(config(), LONG))
                .hasMessageEndingWith("expected an answer within 1 s, came none, or not all of it");
        origin.answer("/config", origin.hangInTheMiddle(CONFIG));
        assertThatThrownBy(() -> new Fetcher(way()).fetch(config(), Duration.ofMillis(1500)))
                .hasMessageEndingWith("expected an answer within 2 s, came none, or not all of it");
    }

    @Test
    void nobodyIsNone() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThat(complaint(Document.config(URI.create("https://localhost:" + port + "/config"))))
                .contains("came no connection");
    }

    @Test
    void onlyWhoProvesToBeItIsBelieved() {
        origin.bytes("/config", CONFIG);
        Way strict = new Way(null, null, LONG, LONG);
        assertThatThrownBy(() -> new Fetcher(strict).fetch(config(), LONG)).isInstanceOf(Unfit.class)
                .hasMessageContaining("PKIX");
        URI otherName = URI.create("https://127.0.0.1:" + origin.port() + "/config");
        assertThat(complaint(Document.config(otherName))).contains("SSLHandshakeException");
    }

    @Test
    void redirectsLeadToHttpsOnly() throws Exception {
        origin.bytes("/other", CONFIG);
        origin.answer("/config", FakeOrigin.redirect(origin.url("/other").toString()));
        assertThat(fetch(config())).isEqualTo(CONFIG);
        origin.answer("/config", FakeOrigin.redirect("http://localhost:1/other"));
        assertThat(complaint(config())).endsWith("expected status 200, came 302 to http://localhost:1/other");
        origin.answer("/config", FakeOrigin.redirect("/config"));
        assertThat(complaint(config())).as("a circle").contains("/config");
    }

    @Test
    void anHttpProxyIsAskedToConnect() throws Exception {
        origin.bytes("/config", CONFIG);
        try (TunnelProxy proxy = TunnelProxy.start()) {
            Way way = new Way(Way.trust(origin.certificate()),
                    InetSocketAddress.createUnresolved("localhost", proxy.port()), LONG, LONG);
            assertThat(new Fetcher(way).fetch(config(), LONG)).isEqualTo(CONFIG);
            assertThat(proxy.requests()).containsExactly("CONNECT localhost:" + origin.port() + " HTTP/1.1");
        }
    }

    /** Nothing of a client is left. */
    @Test
    void itsThreadsEndWithTheAnswer() throws Exception {
        origin.bytes("/config", CONFIG);
        fetch(config());
        for (Thread thread : clientThreads()) {
            assertThat(thread.join(LONG)).as(thread.getName() + " has ended").isTrue();
        }
    }

    private static List<Thread> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("HttpClient-"))
                .filter(thread -> thread.getName().endsWith("SelectorManager")).toList();
    }
}
