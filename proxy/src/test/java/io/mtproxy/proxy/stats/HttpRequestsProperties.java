package io.mtproxy.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class HttpRequestsProperties {
    @Property
    void everySegmentationGetsTheSameAnswers(@ForAll("requests") String requests,
            @ForAll List<@IntRange(min = 1, max = 40) Integer> cuts) {
        byte[] bytes = requests.getBytes(StandardCharsets.ISO_8859_1);
        String whole = answers(bytes, List.of(bytes.length));
        assertThat(answers(bytes, cuts)).isEqualTo(whole);
        assertThat(answers(bytes, List.of())).isEqualTo(whole);
    }

    /** Cuts of these lengths first, then single bytes. */
    private static String answers(byte[] bytes, List<Integer> cuts) {
        HttpRequests connection = new HttpRequests(true, () -> new byte[] {'p'}, () -> 0, new HttpCounters());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        for (int cut = 0; at < bytes.length && !connection.closing(); cut++) {
            int length = cut < cuts.size() ? cuts.get(cut) : 1;
            int taken = connection.feed(bytes, at, Math.min(length, bytes.length - at), out);
            assertThat(taken).isPositive();
            at += taken;
        }
        return connection.closing() + out.toString(StandardCharsets.ISO_8859_1);
    }

    @Provide
    Arbitrary<String> requests() {
        return Arbitraries
                .of("GET ", "POST ", "HEAD ", "OPTIONS ", "/stats", "/x", " ", " HTTP/1.1", " HTTP/1.0", "\r\n", "\r\n",
                        "\n",
                        "\r", "Connection: keep-alive\r\n", "Host: a\r\n", "Content-Length: 5\r\n", "Content-Length:",
                        ":",
                        "GET /stats HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", "\t", "é", "\u0004\0\0\0", "X: y\r\n")
                .list().ofMaxSize(12).map(parts -> String.join("", parts));
    }
}
