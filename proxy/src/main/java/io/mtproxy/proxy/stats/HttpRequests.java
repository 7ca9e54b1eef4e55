package io.mtproxy.proxy.stats;

import java.io.ByteArrayOutputStream;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One connection of the statistics port: bytes in, answers out, without a socket. Byte for byte what C answers, for any
 * segmentation of the input. One owner thread.
 *
 * <p>
 * The first four bytes decide: {@code GET }, {@code HEAD}, {@code POST} and {@code OPTI} mean HTTP; anything else is a
 * packet of C's own protocol, which C would check and we only wait for, to hang up where C does.
 */
public final class HttpRequests {
    /** When this much output waits, feeding stops until it is sent: pipelined requests must not fill the memory. */
    static final int ENOUGH = 1 << 16;

    private static final int BAD_LENGTH = 0xc0000003;
    private static final int SMALLEST_PACKET = 16;
    private static final int FILLER = 4;
    private static final String PATH = "/stats";

    private final boolean allowed;
    private final Supplier<byte[]> page;
    private final HttpAnswers answers;
    private final HttpCounters counters;
    private HttpHead head = new HttpHead(PATH);
    private final byte[] first = new byte[4];
    private int firstLength;
    private boolean http;
    private long packetBytesLeft;
    private boolean closing;
    private boolean ended;

    /**
     * A fresh connection.
     *
     * @param allowed whether the peer may see statistics; others get 404
     * @param page renders the body of {@code /stats}
     * @param unixSeconds the time for Date headers
     */
    public HttpRequests(boolean allowed, Supplier<byte[]> page, LongSupplier unixSeconds,
            HttpCounters counters) {
        this.allowed = allowed;
        this.page = page;
        this.answers = new HttpAnswers(unixSeconds);
        this.counters = counters;
    }

    /**
     * Takes bytes of the peer.
     *
     * @param out answers are appended to it
     * @return how many bytes were taken; fewer than {@code length} when enough output waits, feed the rest when it is sent.
     *         All are taken once {@link #closing} is true.
     */
    public int feed(byte[] b, int offset, int length, ByteArrayOutputStream out) {
        int at = offset;
        int end = offset + length;
        while (at < end && !closing && out.size() < ENOUGH) {
            if (http) {
                at = request(b, at, end, out);
            } else {
                at = preamble(b, at, end, out);
            }
        }
        return closing ? length : at - offset;
    }

    /** Whether the connection ends once the output so far is sent. */
    public boolean closing() {
        return closing;
    }

    /** The connection is gone, whatever the reason; once. */
    public void end() {
        if (http && !ended) {
            counters.closed();
        }
        ended = true;
    }

    private int preamble(byte[] b, int from, int end, ByteArrayOutputStream out) {
        if (packetBytesLeft > 0) {
            int skipped = (int) Math.min(packetBytesLeft, end - from);
            packetBytesLeft -= skipped;
            closing = packetBytesLeft == 0; // a whole packet: nothing that we would understand
            return from + skipped;
        }
        first[firstLength++] = b[from];
        if (firstLength == first.length) {
            firstLength = 0;
            recognise(out);
        }
        return from + 1;
    }

    private void recognise(ByteArrayOutputStream out) {
        if (startsWith("GET ") || startsWith("HEAD") || startsWith("POST") || startsWith("OPTI")) {
            http = true;
            counters.opened();
            request(first, 0, first.length, out);
            return;
        }
        int length = (first[0] & 255) | (first[1] & 255) << 8 | (first[2] & 255) << 16 | first[3] << 24;
        if (length <= 0 || (length & BAD_LENGTH) != 0 || (length < SMALLEST_PACKET && length != FILLER)) {
            closing = true;
        } else {
            packetBytesLeft = length == FILLER ? 0 : length - first.length;
        }
    }

    private boolean startsWith(String method) {
        for (int i = 0; i < first.length; i++) {
            if (first[i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int request(byte[] b, int from, int end, ByteArrayOutputStream out) {
        int at = head.read(b, from, end);
        if (head.done()) {
            answer(out);
            closing = !head.keepAlive();
            head = new HttpHead(PATH);
        }
        return at;
    }

    private void answer(ByteArrayOutputStream out) {
        if (head.failed()) {
            counters.refused();
            head.dropKeepAlive();
            answers.error(400, head, out);
            return;
        }
        int status = status();
        if (status == 200) {
            answers.page(page.get(), head, out);
        } else {
            if (status == 501 || status == 413) {
                head.dropKeepAlive();
            }
            answers.error(status, head, out);
        }
        counters.answered();
    }

    private int status() {
        boolean post = head.method() == HttpHead.Method.POST;
        if (post && !head.length().given()) {
            return 411;
        }
        if (!post && head.length().value() > 0) {
            return 413;
        }
        if (head.method() != HttpHead.Method.GET || head.length().given()) {
            return 501;
        }
        return allowed && head.pathMatches() ? 200 : 404;
    }
}
