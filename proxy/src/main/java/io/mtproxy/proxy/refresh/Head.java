package io.mtproxy.proxy.refresh;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks at status and headers before anything of the body is kept. For one answer. */
final class Head implements BodyHandler<byte[]> {
    private static final int OK = 200;

    private final Document document;
    private volatile @Nullable Unfit complaint;

    Head(Document document) {
        this.document = document;
    }

    /** Why the body was not kept; null when the head is as it should be, or has not come. */
    @Nullable
    Unfit complaint() {
        return complaint;
    }

    @Override
    public BodySubscriber<byte[]> apply(ResponseInfo head) {
        complaint = look(head);
        BodySubscriber<byte[]> body = complaint == null
                ? BodySubscribers.ofByteArray()
                : BodySubscribers.replacing(new byte[0]);
        return BodySubscribers.limiting(body, document.most());
    }

    private @Nullable Unfit look(ResponseInfo head) {
        if (head.statusCode() != OK) {
            String to = head.headers().firstValue("Location").orElse("");
            return document.unfit("status 200", head.statusCode() + (to.isEmpty() ? "" : " to " + to));
        }
        String type = head.headers().firstValue("Content-Type").orElse("no content type");
        if (!fits(type)) {
            return document.unfit("text or application/octet-stream", type);
        }
        if (!tellsLength(head)) {
            return document.unfit("a body that tells its length", "one that ends with the connection");
        }
        return null;
    }

    private static boolean fits(String type) {
        String lower = type.toLowerCase(Locale.ROOT).strip();
        return !lower.startsWith("text/html")
                && (lower.startsWith("text/") || lower.startsWith("application/octet-stream"));
    }

    /** Without it nobody could say whether all of it has come. */
    private static boolean tellsLength(ResponseInfo head) {
        return head.headers().firstValue("Content-Length").isPresent()
                || head.headers().firstValue("Transfer-Encoding").isPresent();
    }
}
