package io.mtproxy.tools.probe;

import io.mtproxy.wire.faketls.Tls;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Puts what a server sent into words that do not depend on its keys and randoms. */
final class Shape {

    private static final int ALERT = 21;
    private static final int HEARTBEAT = 24;

    private final byte[] b;
    private final StringJoiner words = new StringJoiner(" ");
    /** behind a ChangeCipherSpec or application data, handshake records are encrypted */
    private boolean encrypted;

    private Shape(byte[] b) {
        this.b = b;
    }

    /** Empty for no bytes. */
    static String of(byte[] bytes) {
        if (bytes.length == 0) {
            return "";
        }
        return record(bytes, 0) ? new Shape(bytes).records() : text(bytes);
    }

    private static boolean record(byte[] b, int at) {
        return b.length - at >= 3 && b[at] >= Tls.CHANGE_CIPHER_SPEC && b[at] <= HEARTBEAT && b[at + 1] == 3;
    }

    private static String text(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, 40), StandardCharsets.ISO_8859_1);
        String line = start.startsWith("HTTP/") ? start.lines().findFirst().orElse("") + ", " : "";
        return "(" + line + bytes.length + " bytes)";
    }

    private String records() {
        int at = 0;
        while (record(b, at) && b.length - at >= Tls.HEADER
                && b.length - at - Tls.HEADER >= Tls.uint16(b, at + 3)) {
            int length = Tls.uint16(b, at + 3);
            words.add(version(at) + payload(b[at], at + Tls.HEADER, length));
            at += Tls.HEADER + length;
        }
        if (at < b.length) {
            words.add("(" + (b.length - at) + " bytes of a record)");
        }
        return words.toString();
    }

    private String version(int at) {
        int version = Tls.uint16(b, at + 1);
        return version == Tls.TLS_1_2 ? "" : "%04x/".formatted(version);
    }

    private String payload(int type, int at, int length) {
        return switch (type) {
            case Tls.CHANGE_CIPHER_SPEC -> {
                encrypted = true;
                yield "ccs:" + length;
            }
            case ALERT -> length == 2 && !encrypted
                    ? "alert:" + b[at] + "/" + (b[at + 1] & 0xff)
                    : "alert:" + length;
            case Tls.HANDSHAKE -> encrypted ? "handshake:" + length : handshake(at, at + length);
            case Tls.APPLICATION_DATA -> {
                encrypted = true;
                yield "data:" + length;
            }
            default -> "type" + type + ":" + length;
        };
    }

    /** Messages of one record; one that goes on in the next record is told by the bytes that are here. */
    private String handshake(int from, int end) {
        StringJoiner messages = new StringJoiner("+", "handshake:", "");
        int at = from;
        while (end - at >= Tls.HANDSHAKE_HEADER) {
            int length = ((b[at + 1] & 0xff) << 16) + Tls.uint16(b, at + 2);
            int body = at + Tls.HANDSHAKE_HEADER;
            if (length > end - body) {
                break;
            }
            messages.add(b[at] == Tls.SERVER_HELLO
                    ? ServerHello.read(b, body, length).words()
                    : (b[at] & 0xff) + "." + length);
            at = body + length;
        }
        return at < end ? messages.add("(" + (end - at) + ")").toString() : messages.toString();
    }
}
