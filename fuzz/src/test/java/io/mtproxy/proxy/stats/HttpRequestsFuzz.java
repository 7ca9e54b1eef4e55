package io.mtproxy.proxy.stats;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The statistics port's HTTP, in any segmentation: the same answers, bounded. */
public final class HttpRequestsFuzz {
    private static final int MAX_ALLOCATION = 1 << 20;
    private static final int ONE_ANSWER = 4096;
    private static final byte[] PAGE = "pid\t1\n".getBytes(StandardCharsets.US_ASCII);

    private HttpRequestsFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        boolean allowed = in.choice(4) > 0;
        int style = in.choice(Cuts.STYLES);
        byte[] requests = in.rest();
        same(answers(requests, style, allowed), answers(requests, 0, allowed), "in pieces");
    }

    private static String answers(byte[] requests, int style, boolean allowed) {
        HttpCounters counters = new HttpCounters();
        HttpRequests connection = new HttpRequests(allowed, () -> PAGE, () -> 0, counters);
        StringBuilder all = new StringBuilder();
        Cuts.feed(requests, style, 0, (b, off, len) -> {
            for (int at = off, end = off + len; at < end && !connection.closing();) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                int taken = connection.feed(b, at, end - at, out);
                require(taken > 0 && taken <= end - at, "took " + taken + " of " + (end - at));
                require(out.size() <= HttpRequests.ENOUGH + ONE_ANSWER, "answers of " + out.size());
                all.append(out.toString(StandardCharsets.ISO_8859_1));
                at += taken;
            }
        });
        connection.end();
        connection.end();
        same(counters.connections(), 0, "open connections");
        return connection.closing() + " " + counters.queries() + " " + counters.badHeaders() + "\n" + all;
    }
}
