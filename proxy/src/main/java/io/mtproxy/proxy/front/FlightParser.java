package io.mtproxy.proxy.front;

import io.mtproxy.wire.faketls.Tls;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a site sends after our hello, in any pieces: ServerHello, ChangeCipherSpec, encrypted records. Of the latter
 * only the lengths can be seen; where the flight ends shows in that the site waits. One owner.
 */
final class FlightParser {
    /** More than any flight has; a site that goes on sending is no model. */
    static final int MAX_RECORDS = 64;

    private final String domain;
    private final byte[] sessionId;
    private final byte[] header = new byte[Tls.HEADER];
    private final ByteArrayOutputStream handshake = new ByteArrayOutputStream();
    private final List<Integer> encrypted = new ArrayList<>();
    private @Nullable ServerHello hello;
    /** Bytes of the header that are there, {@link Tls#HEADER} while a record's content is awaited. */
    private int headerBytes;
    private int recordBytesLeft;
    private int records;
    private int changeCipherSpecAt = -1;
    private long bytes;

    /**
     * A parser for one connection.
     *
     * @param sessionId of the hello that was sent
     */
    FlightParser(String domain, byte[] sessionId) {
        this.domain = domain;
        this.sessionId = sessionId;
    }

    /** Bytes that have been fed. */
    long bytes() {
        return bytes;
    }

    /** Bytes of content of all whole encrypted records. */
    int encryptedBytes() {
        return encrypted.stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether the flight could end here: encrypted records have come, and none of them is incomplete. */
    boolean complete() {
        return headerBytes == 0 && !encrypted.isEmpty();
    }

    /** What was seen; only when {@link #complete}. */
    SeenAnswer seen() {
        ServerHello seen = hello;
        if (seen == null || !complete()) {
            throw new IllegalStateException("the flight is not complete");
        }
        return new SeenAnswer(seen, changeCipherSpecAt, encrypted);
    }

    /** Takes the next bytes. */
    void feed(byte[] b, int off, int len) throws ProbeFailure {
        bytes += len;
        int at = off;
        int end = off + len;
        while (at < end) {
            at += headerBytes < Tls.HEADER ? header(b, at, end) : content(b, at, end);
        }
    }

    private int header(byte[] b, int at, int end) throws ProbeFailure {
        int taken = Math.min(Tls.HEADER - headerBytes, end - at);
        System.arraycopy(b, at, header, headerBytes, taken);
        headerBytes += taken;
        if (headerBytes == Tls.HEADER) {
            begin(header[0], Tls.uint16(header, 3));
        }
        return taken;
    }

    private void begin(int type, int length) throws ProbeFailure {
        boolean tls12 = header[1] == 3 && header[2] == 3;
        if (records == 0 && (type != Tls.HANDSHAKE || !tls12)) {
            throw new ProbeFailure(
                    "Non-TLS response, or TLS <= 1.1, or unsuccessful request to " + domain + ": receive "
                            + escaped(header) + "...");
        }
        if (!tls12 || length == 0 || length > Tls.MAX_CIPHERTEXT || !allowed(type, length)) {
            throw noTls13();
        }
        if (records == MAX_RECORDS) {
            throw ServerHello.bad("Too long");
        }
        if (type == Tls.CHANGE_CIPHER_SPEC) {
            changeCipherSpecAt = records;
        }
        records++;
        recordBytesLeft = length;
    }

    /** Before the ServerHello is whole nothing but handshake records, after it none of them. */
    private boolean allowed(int type, int length) {
        if (hello == null) {
            return type == Tls.HANDSHAKE;
        }
        return type == Tls.APPLICATION_DATA
                || (type == Tls.CHANGE_CIPHER_SPEC && length == 1 && changeCipherSpecAt < 0 && encrypted.isEmpty());
    }

    private int content(byte[] b, int at, int end) throws ProbeFailure {
        int taken = Math.min(recordBytesLeft, end - at);
        if (header[0] == Tls.HANDSHAKE) {
            handshake.write(b, at, taken);
        }
        recordBytesLeft -= taken;
        if (recordBytesLeft == 0) {
            headerBytes = 0;
            end();
        }
        return taken;
    }

    private void end() throws ProbeFailure {
        if (header[0] == Tls.APPLICATION_DATA) {
            encrypted.add(Tls.uint16(header, 3));
        } else if (header[0] == Tls.HANDSHAKE) {
            serverHello(handshake.toByteArray());
        }
    }

    private void serverHello(byte[] b) throws ProbeFailure {
        if (b[0] != Tls.SERVER_HELLO) {
            throw ServerHello.bad("Non-TLS response 2");
        }
        if (b.length < Tls.HANDSHAKE_HEADER) {
            return;
        }
        int length = Tls.HANDSHAKE_HEADER + ((b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | (b[3] & 0xff));
        if (length > Tls.MAX_PLAINTEXT) {
            throw ServerHello.bad("Non-TLS response 2");
        }
        if (b.length > length) {
            throw noTls13(); // more messages in the clear: TLS 1.2
        }
        if (b.length == length) {
            hello = ServerHello.parse(b, sessionId, domain);
        }
    }

    private ProbeFailure noTls13() {
        return new ProbeFailure("Not found TLS 1.3 support on domain " + domain);
    }

    private static String escaped(byte[] b) {
        StringBuilder text = new StringBuilder();
        for (byte value : b) {
            text.append("\\x").append(Character.forDigit(value >> 4 & 15, 16))
                    .append(Character.forDigit(value & 15, 16));
        }
        return text.toString();
    }
}
