package io.mtproxy.wire.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectTest {
    private static final Address TARGET = new Address(new byte[] {1, 2, 3, 4}, 443);

    private static Dialogue dialogue(String url) {
        return new Dialogue(TunnelUrl.parse(url).to(TARGET));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void asksForTheTarget() {
        assertThat(dialogue("http://proxy:3128").text())
                .isEqualTo("CONNECT 1.2.3.4:443 HTTP/1.1\r\nHost: 1.2.3.4:443\r\n\r\n");
        Address wide = new Address(new byte[16], 443);
        assertThat(new Dialogue(TunnelUrl.parse("http://proxy:3128").to(wide)).text())
                .startsWith("CONNECT [0:0:0:0:0:0:0:0]:443 HTTP/1.1\r\n");
    }

    /** RFC 7617, 2: the user Aladdin with the password "open sesame". */
    @Test
    void tellsUserAndPassword() {
        assertThat(dialogue("http://Aladdin:open%20sesame@proxy:3128").text())
                .isEqualTo("CONNECT 1.2.3.4:443 HTTP/1.1\r\n"
                        + "Host: 1.2.3.4:443\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
    }

    @Test
    void theLongestCredentialsFitAMessage() {
        String long255 = "x".repeat(255);
        Dialogue d = new Dialogue(TunnelUrl.parse("http://" + long255 + ":" + long255 + "@proxy:1080")
                .to(new Address(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, 65535)));
        assertThat(d.said.size()).isBetween(800, Tunnel.MAX_MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\r\n\r\n",
            "HTTP/1.1 200 \r\nA: b\r\n\r\n",
            "HTTP/1.1 299 x\nA: b\n\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
            "HTTP/1.1 200 \r\rx\r\n\r\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"})
    void opensAndLeavesWhatFollowsToTheStream(String answer) {
        byte[] bytes = ascii(answer + "\r\n\0ab");
        for (int piece = 1; piece <= bytes.length; piece++) {
            Dialogue d = dialogue("http://proxy:3128").hear(bytes, piece);
            assertThat(d.tunnel.open()).isTrue();
            assertThat(d.tunnel.bound()).isNull();
            assertThat(d.stream.toString(StandardCharsets.ISO_8859_1)).as("pieces of %s", piece)
                    .isEqualTo("\r\n\0ab");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 407 x,HANDSHAKE,status 407: the proxy wants a user",
            "HTTP/1.1 403,HANDSHAKE,status 403: not allowed",
            "HTTP/1.1 502 x,UNREACHED,status 502: the target", "HTTP/1.1 503 x,UNREACHED,status 503: the target",
            "HTTP/1.1 302 x,HANDSHAKE,status 302 (expected: 2xx)",
            "HTTP/1.1 101 x,HANDSHAKE,status 101", "HTTP/2.0 200 x,MESSAGE,no HTTP", "SSH-2.0-x,MESSAGE,no HTTP",
            "HTTP/1.1 20,MESSAGE,no HTTP", "HTTP/1.1 2000 x,MESSAGE,no HTTP", "HTTP/1.1  200 x,MESSAGE,no HTTP",
            "'',MESSAGE,no HTTP", "HTTP/1.1 2OO x,MESSAGE,no HTTP"})
    void tellsWhyItIsRefused(String line, Kind kind, String message) {
        assertThatThrownBy(() -> dialogue("http://proxy:3128").hear(ascii(line + "\r\n\r\n"), 1))
                .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Test
    void aWrongPasswordIsCalledSo() {
        assertThatThrownBy(() -> dialogue("http://me:word@proxy:1").hear(ascii("HTTP/1.1 407 x\r\n"), 100))
                .hasMessage("HTTP status 407: the proxy refuses user and password (expected: 2xx)");
    }

    @Test
    void aHeadHasABound() {
        String start = "HTTP/1.1 200 OK\r\nA: ";
        String largest = start + "x".repeat(HttpConnect.MAX_HEAD - start.length() - 4) + "\r\n\r\n";
        assertThat(dialogue("http://proxy:1").hear(ascii(largest + "x"), 1000).tunnel.open()).isTrue();
        assertThatThrownBy(() -> dialogue("http://proxy:1").hear(ascii("HTTP/1.1 200 OK\r\nA: x" + largest), 1000))
                .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LENGTH));
        String interim = "HTTP/1.1 100 x\r\n\r\n".repeat(HttpConnect.MAX_HEAD / 18 + 1);
        assertThatThrownBy(() -> dialogue("http://proxy:1").hear(ascii(interim), 1000))
                .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LENGTH));
    }
}
