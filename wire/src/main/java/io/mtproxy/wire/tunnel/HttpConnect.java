package io.mtproxy.wire.tunnel;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * HTTP CONNECT (RFC 9110, 9.3.6), with Basic authentication (RFC 7617) where there are credentials. Of the answer only the
 * status and the end of the head matter: whatever its fields say, a 2xx has no body. Nothing of it is kept.
 */
final class HttpConnect implements Tunnel {
    /** Bytes of the proxy's answer, interim ones included. */
    static final int MAX_HEAD = 8 << 10;

    /** {@code #} is a digit. */
    private static final String STATUS_LINE = "HTTP/1.# ###";
    private static final int STATUS_OFF = STATUS_LINE.length() - 3;

    private final Address target;
    private final @Nullable Credentials credentials;
    private int seen;
    /** Bytes of the line so far, without a CR that is perhaps its end. */
    private int line;
    private boolean carriageReturn;
    /** The line is the first one of a head. */
    private boolean first = true;
    private int status;
    private boolean open;

    HttpConnect(Address target, @Nullable Credentials credentials) {
        this.target = target;
        this.credentials = credentials;
    }

    @Override
    public int greet(byte[] out, int off) {
        int at = put("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n", out, off);
        Credentials c = credentials;
        if (c != null) {
            byte[] pair = new byte[c.user().length + 1 + c.password().length];
            System.arraycopy(c.user(), 0, pair, 0, c.user().length);
            pair[c.user().length] = ':';
            System.arraycopy(c.password(), 0, pair, c.user().length + 1, c.password().length);
            at = put("Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(pair) + "\r\n", out, at);
        }
        return put("\r\n", out, at) - off;
    }

    private static int put(String text, byte[] out, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, out, at, bytes.length);
        return at + bytes.length;
    }

    @Override
    public int feed(byte[] b, int off, int len) {
        int used = 0;
        while (used < len && !open) {
            if (seen == MAX_HEAD) {
                throw new ProtocolException(Kind.LENGTH,
                        "HTTP answer without an end (expected: a head of at most " + MAX_HEAD + " bytes)");
            }
            seen++;
            next(b[off + used++]);
        }
        return used;
    }

    private void next(byte value) {
        if (value == '\n') { // RFC 9112, 2.2: also without a CR
            endOfLine();
        } else {
            if (carriageReturn) {
                counted('\r');
            }
            carriageReturn = value == '\r';
            if (!carriageReturn) {
                counted(value);
            }
        }
    }

    private void counted(int value) {
        if (first && line <= STATUS_LINE.length()) {
            statusLine(value);
        }
        line++;
    }

    private void statusLine(int value) {
        char expected = line == STATUS_LINE.length() ? ' ' : STATUS_LINE.charAt(line);
        boolean digit = value >= '0' && value <= '9';
        if (expected == '#' ? !digit : value != expected) {
            throw noStatusLine();
        }
        if (line >= STATUS_OFF && digit) {
            status = status * 10 + value - '0';
        }
    }

    private static ProtocolException noStatusLine() {
        return new ProtocolException(Kind.MESSAGE, "answer is no HTTP (expected: HTTP/1.x and a status)");
    }

    private void endOfLine() {
        carriageReturn = false;
        if (first) {
            if (line < STATUS_LINE.length()) {
                throw noStatusLine();
            }
            first = false;
            refused();
        } else if (line == 0) {
            endOfHead();
        }
        line = 0;
    }

    private void refused() {
        boolean interim = status / 100 == 1 && status != 101;
        if (status / 100 == 2 || interim) {
            return;
        }
        String why = switch (status) {
            case 403 -> ": not allowed by its rules";
            case 407 -> credentials == null
                    ? ": the proxy wants a user and a password"
                    : ": the proxy refuses user and password";
            case 502, 503, 504 -> ": the target is not to be reached";
            default -> "";
        };
        boolean target = status >= 502 && status <= 504; // 503 is what Squid says where it cannot connect
        throw new ProtocolException(target ? Kind.UNREACHED : Kind.HANDSHAKE,
                "HTTP status " + status + why + " (expected: 2xx)");
    }

    private void endOfHead() {
        if (status / 100 == 2) {
            open = true;
        } else { // an interim answer: the real one follows
            first = true;
            status = 0;
        }
    }

    @Override
    public int answer(byte[] out, int off) {
        return 0;
    }

    @Override
    public boolean open() {
        return open;
    }

    /** The protocol has no way to tell it. */
    @Override
    public @Nullable Address bound() {
        return null;
    }
}
