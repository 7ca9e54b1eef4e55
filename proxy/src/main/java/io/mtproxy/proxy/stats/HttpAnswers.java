package io.mtproxy.proxy.stats;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** C's answers: header lines in C's order, and its error pages. */
final class HttpAnswers {
    private static final String SERVER = "MTProxy/1.0";
    private static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LongSupplier unixSeconds;

    HttpAnswers(LongSupplier unixSeconds) {
        this.unixSeconds = unixSeconds;
    }

    void page(byte[] body, HttpHead head, ByteArrayOutputStream out) {
        write(200, "text/plain", body, head, out);
    }

    void error(int status, HttpHead head, ByteArrayOutputStream out) {
        String title = status + " " + text(status);
        String body = "<html>\r\n<head><title>" + title + "</title></head>\r\n<body bgcolor=\"white\">\r\n<center><h1>"
                + title + "</h1></center>\r\n<hr><center>" + SERVER + "</center>\r\n</body>\r\n</html>\r\n";
        write(status, "text/html", ascii(body), head, out);
    }

    private void write(int status, String type, byte[] body, HttpHead head, ByteArrayOutputStream out) {
        if (!head.bare()) {
            out.writeBytes(ascii("HTTP/1.1 " + status + " " + text(status) + "\r\nServer: " + SERVER + "\r\nDate: "
                    + DATE.format(Instant.ofEpochSecond(unixSeconds.getAsLong())) + "\r\nContent-Type: " + type
                    + "\r\nConnection: " + (head.keepAlive() ? "keep-alive" : "close") + "\r\nContent-Length: "
                    + body.length + "\r\n\r\n"));
        }
        out.writeBytes(body);
    }

    private static String text(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 411 -> "Length Required";
            case 413 -> "Request Entity Too Large";
            case 501 -> "Not Implemented";
            default -> throw new IllegalArgumentException("status " + status + " is never answered");
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
