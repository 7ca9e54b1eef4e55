package io.mtproxy.proxy.refresh;

import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one document. The client and its threads live for that long only: once an hour nobody needs them warm.
 *
 * <p>
 * A redirect is followed from https to https, five times at most.
 */
final class Fetcher {
    private static final int LOOK = 256;

    private final Way way;

    Fetcher(Way way) {
        this.way = way;
    }

    /**
     * Fetches it; blocks.
     *
     * @param left at most so long, if that is less than an answer may take
     * @throws Unfit when nothing came, or nothing that could be it
     */
    byte[] fetch(Document document, Duration left) throws Unfit, InterruptedException {
        Duration limit = left.compareTo(way.all()) < 0 ? left : way.all();
        HttpClient client = client();
        try {
            Head head = new Head(document);
            HttpRequest request = HttpRequest.newBuilder(document.url()).header("User-Agent", "mtproxy-java").build();
            byte[] body = await(document, client.sendAsync(request, head), head, limit);
            return checked(document, body);
        } finally {
            client.shutdownNow();
        }
    }

    /** HTTP/1.1: where its answers tell their length, a missing end is noticed. */
    private HttpClient client() {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(way.connect())
                .proxy(way.proxy() == null ? HttpClient.Builder.NO_PROXY : ProxySelector.of(way.proxy()));
        return (way.trust() == null ? builder : builder.sslContext(way.trust())).build();
    }

    private static byte[] await(Document document, CompletableFuture<HttpResponse<byte[]>> answer, Head head,
            Duration limit) throws Unfit, InterruptedException {
        byte[] body = new byte[0];
        try {
            body = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS).body();
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw told(head, document.unfit("an answer within " + seconds(limit) + " s", "none, or not all of it"));
        } catch (ExecutionException e) {
            throw told(head, document.unfit(document.bounds(), said(e.getCause())));
        }
        Unfit complaint = head.complaint();
        if (complaint != null) {
            throw complaint;
        }
        return body;
    }

    /** What the head said explains more than what became of the body. */
    private static Unfit told(Head head, Unfit otherwise) {
        Unfit complaint = head.complaint();
        return complaint == null ? otherwise : complaint;
    }

    private static byte[] checked(Document document, byte[] body) throws Unfit {
        if (body.length < document.least()) {
            throw document.unfit(document.bounds(), body.length == 0 ? "an empty one" : body.length + " bytes");
        }
        String start = new String(body, 0, Math.min(body.length, LOOK), StandardCharsets.ISO_8859_1).stripLeading()
                .toLowerCase(Locale.ROOT);
        if (start.startsWith("<!doctype") || start.startsWith("<html")) {
            throw document.unfit("a " + document.name(), "an HTML page");
        }
        return body;
    }

    private static String said(@Nullable Throwable cause) {
        if (cause == null) {
            return "a failure without a name";
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection in time";
        }
        if (cause instanceof ConnectException && cause.getMessage() == null) {
            return "no connection";
        }
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private static String seconds(Duration limit) {
        return Long.toString((limit.toMillis() + 999) / 1000);
    }
}
