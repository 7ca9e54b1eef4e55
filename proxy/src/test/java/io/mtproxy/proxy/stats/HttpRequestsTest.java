package io.mtproxy.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected bytes were taken from the C program. */
class HttpRequestsTest {
    private static final String PAGE = "pid\t1\n";
    private static final String DATE = "Fri, 20 Nov 2026 10:46:09 GMT";
    private static final long NOW = 1_795_171_569;

    private final HttpCounters counters = new HttpCounters();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private HttpRequests connection = connection(true);

    @Test
    void thePageHasItsHeaderLinesInCsOrder() {
        assertThat(ask("GET /stats HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK\r\nServer: MTProxy/1.0\r\nDate: "
                        + DATE + "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 6\r\n\r\n"
                        + PAGE);
        assertThat(connection.closing()).isTrue();
    }

    @Test
    void errorsHaveAPage() {
        assertThat(ask("GET /x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"))
                .isEqualTo("HTTP/1.1 404 Not Found\r\nServer: MTProxy/1.0\r\nDate: " + DATE
                        + "\r\nContent-Type: text/html\r\nConnection: keep-alive\r\nContent-Length: 168\r\n\r\n"
                        + "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body bgcolor=\"white\">\r\n"
                        + "<center><h1>404 Not Found</h1></center>\r\n<hr><center>MTProxy/1.0</center>\r\n"
                        + "</body>\r\n</html>\r\n");
        assertThat(connection.closing()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
            "GET /stats HTTP/1.1~~|200 close",
            "GET /stats HTTP/1.0~~|200 close",
            "GET /stats HTTP/1.1~Connection: keep-alive~~|200 keep-alive",
            "GET /stats HTTP/1.1~CONNECTION:KEEP-ALIVE~~|200 keep-alive",
            "GET /stats HTTP/1.1~Connection: close~Connection: keep-alive~~|200 keep-alive",
            "GET   /stats   HTTP/1.1  ~A:b~~|200 close",
            "GET /stats HTTP/1.1~X: y~Content-Length: 0~~|501 close",
            "GET /stats HTTP/1.1~Content-Length: 1~~|413 close",
            "GET /stats?x HTTP/1.1~~|404 close",
            "GET /stats/ HTTP/1.1~Connection: keep-alive~~|404 keep-alive",
            "GET /STATS HTTP/1.1~~|404 close",
            "GET http://a/stats HTTP/1.1~~|404 close",
            "HEAD /stats HTTP/1.1~Connection: keep-alive~~|501 close",
            "OPTIONS * HTTP/1.1~~|501 close",
            "POST /stats HTTP/1.1~~|411 close",
            "POST /stats HTTP/1.1~Connection: keep-alive~~|411 keep-alive",
            "POST /stats HTTP/1.1~Content-Length: 3~~|501 close",
            "HEAD /stats HTTP/1.1~Content-Length: 3~~|413 close",
            "GET /stats HTTP/2.0~~|400 close",
            "GET /stats http/1.1~~|400 close",
            "GET /stats HTTP/1.1 x~~|400 close",
            "GET /stats HTTP/1.1~no colon~~|400 close",
            "GET /stats HTTP/1.1~Host: a b~~|400 close",
            "GET /stats HTTP/1.1~Connection: keep-alive, x~~|400 close",
            "GET /stats HTTP/1.1~Content-Length: x~~|400 close",
            "GET /stats HTTP/1.1~Content-Length: 1x~~|400 close",
            "GET /stats HTTP/1.1~Content-Length: 0~Content-Length: 0~~|400 close",
            "GET /stats HTTP/1.1~Content-Length: 99999999999~~|400 close",
            "HEADX / HTTP/1.1~~|400 close"})
    void decidesAsC(String request, String expected) {
        String answer = ask(request.replace("~", "\r\n"));
        assertThat(summary(answer)).isEqualTo(expected);
        assertThat(connection.closing()).isEqualTo(expected.endsWith("close"));
    }

    @Test
    void bareLineFeedsEndLines() {
        assertThat(summary(ask("GET /stats HTTP/1.1\nConnection: keep-alive\n\n"))).isEqualTo("200 keep-alive");
    }

    @Test
    void aRequestLineOfTwoWordsGetsABareBody() {
        assertThat(ask("GET /stats\r\n")).isEqualTo(PAGE);
        connection = connection(true);
        assertThat(ask("GET /x\n")).startsWith("<html>\r\n<head><title>404 Not Found");
        assertThat(connection.closing()).isTrue();
    }

    @Test
    void strangersGet404() {
        connection = connection(false);
        assertThat(summary(ask("GET /stats HTTP/1.1\r\n\r\n"))).isEqualTo("404 close");
    }

    @Test
    void aHeadHasALimit() {
        String start = "GET /stats HTTP/1.1\r\nX: ";
        int rest = 16384 - start.length() - 4;
        assertThat(summary(ask(start + "a".repeat(rest - 1) + "\r\n\r\n"))).isEqualTo("200 close");
        connection = connection(true);
        assertThat(summary(ask(start + "a".repeat(rest) + "\r\n\r\n"))).isEqualTo("400 close");
        connection = connection(true);
        assertThat(summary(ask("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n"))).isEqualTo("400 close");
    }

    @Test
    void requestsMayBePipelined() {
        String answers = ask("GET /stats HTTP/1.1\r\nConnection: keep-alive\r\n\r\nGET /x HTTP/1.1\r\n\r\nGET /stats");
        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(3);
        assertThat(counters.queries()).isEqualTo(2);
        assertThat(connection.closing()).isTrue();
    }

    @Test
    void manyAnswersWaitUntilTheyAreTaken() {
        String request = "GET /x HTTP/1.1\r\nConnection: keep-alive\r\n\r\n";
        byte[] bytes = request.repeat(1000).getBytes(StandardCharsets.US_ASCII);
        int taken = 0;
        int rounds = 0;
        while (taken < bytes.length) {
            int now = connection.feed(bytes, taken, bytes.length - taken, out);
            assertThat(now).isPositive();
            assertThat(out.size()).isLessThan(HttpRequests.ENOUGH + 1000);
            taken += now;
            rounds++;
            out.reset();
        }
        assertThat(rounds).isGreaterThan(1);
        assertThat(counters.queries()).isEqualTo(1000);
    }

    @Test
    void countersAreThoseOfC() {
        ask("GET /x HTTP/1.1\r\nConnection: keep-alive\r\n\r\n");
        assertThat(counters.connections()).isEqualTo(1);
        assertThat(counters.queries()).isEqualTo(1);
        ask("FOO\r\n");
        assertThat(counters.badHeaders()).isEqualTo(1);
        assertThat(counters.queries()).isEqualTo(1);
        connection.end();
        connection.end();
        assertThat(counters.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get ", "\0\0\0\0", "\u0011\0\0\0", "\b\0\0\0", "\0\0\0\u0040",
            "\u00ff\u00ff\u00ff\u00ff"})
    void otherBytesEndTheConnectionWithoutAWord(String bytes) {
        assertThat(ask(bytes)).isEmpty();
        assertThat(connection.closing()).isTrue();
        assertThat(counters.connections()).isZero();
    }

    @Test
    void whatCouldBeAPacketIsWaitedFor() {
        assertThat(ask("\u0004\0\0\0\u0014\0\0\0" + "x".repeat(15))).isEmpty();
        assertThat(connection.closing()).isFalse();
        assertThat(ask("x")).isEmpty();
        assertThat(connection.closing()).isTrue();
    }

    private String ask(String request) {
        out.reset();
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(connection.feed(bytes, 0, bytes.length, out)).isEqualTo(bytes.length);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private HttpRequests connection(boolean allowed) {
        return new HttpRequests(allowed, () -> PAGE.getBytes(StandardCharsets.US_ASCII), () -> NOW, counters);
    }

    private static String summary(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 ");
        int connection = answer.indexOf("Connection: ") + 12;
        return answer.substring(9, 12) + " " + answer.substring(connection, answer.indexOf('\r', connection));
    }
}
