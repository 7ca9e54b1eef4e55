package io.mtproxy.proxy.stats;

/**
 * The head of one request, read byte by byte with the tolerance and the limits of C's parser: a state machine that either
 * takes a byte or moves to another state and looks at it again.
 *
 * <p>
 * Kept from C, because clients see it: a request line of two words is HTTP/0.9 and gets a bare body; a line feed alone ends
 * a line; only GET, HEAD, POST and OPTIONS are methods; the first bad header makes the rest of the head be skipped, then
 * refused.
 */
final class HttpHead {
    /** C: MAX_HTTP_HEADER_SIZE. */
    private static final int MAX_SIZE = 16_384;
    private static final int FIRST_HEADER_WORD = 8;

    private final String wantedPath;
    private final HttpWord word = new HttpWord();
    private State state = State.WORD;
    private int words;
    private int size;
    private Method method = Method.NONE;
    private Version version = Version.UNKNOWN;
    private boolean pathMatches;
    private final HttpLength length = new HttpLength();
    private Header header = Header.OTHER;
    private boolean keepAlive;
    private boolean failed;

    /** Request methods. */
    enum Method {
        NONE,
        GET,
        HEAD,
        POST,
        OPTIONS
    }

    private enum Version {
        UNKNOWN,
        HTTP_0_9,
        HTTP_1
    }

    /** Headers that matter. */
    private enum Header {
        OTHER,
        HOST,
        CONNECTION,
        CONTENT_LENGTH
    }

    private enum State {
        WORD,
        BLANKS,
        LAST_BLANKS,
        NAME,
        LENGTH,
        REST_OF_LINE,
        LINE_END,
        LINE_FEED,
        LINE_START,
        LAST_LINE_FEED,
        FATAL,
        DONE
    }

    HttpHead(String wantedPath) {
        this.wantedPath = wantedPath;
    }

    /** Reads until the head is complete or the bytes are used up; returns where it stopped. */
    int read(byte[] b, int from, int end) {
        int at = from;
        while (at < end && state != State.DONE) {
            if (step(b[at])) {
                at++;
            }
        }
        return at;
    }

    boolean done() {
        return state == State.DONE;
    }

    /** Whether it is a request that gets 400. */
    boolean failed() {
        return failed || size >= MAX_SIZE;
    }

    Method method() {
        return method;
    }

    boolean pathMatches() {
        return pathMatches;
    }

    /** The Content-Length header. */
    HttpLength length() {
        return length;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    void dropKeepAlive() {
        keepAlive = false;
    }

    /** Whether the answer has no header. */
    boolean bare() {
        return version == Version.HTTP_0_9;
    }

    /** One look at a byte; true when it is taken. */
    private boolean step(byte c) {
        return switch (state) {
            case WORD -> word(c);
            case BLANKS, LAST_BLANKS -> blanks(c);
            case NAME -> name(c);
            case LENGTH -> lengthDigit(c);
            case REST_OF_LINE -> restOfLine(c);
            case LINE_END -> lineEnd(c);
            case LINE_FEED -> lineFeed(c);
            case LINE_START -> lineStart(c);
            case LAST_LINE_FEED -> lastLineFeed(c);
            case FATAL -> fatal();
            case DONE -> false;
        };
    }

    private boolean word(byte c) {
        if ((c & 255) > ' ') {
            keep(c);
            return true;
        }
        words++;
        int end = size + word.length();
        switch (words) {
            case 1 -> methodWord();
            case 2 -> pathWord();
            case 3 -> versionWord();
            default -> headerWord();
        }
        size = end;
        return false;
    }

    private void keep(byte c) {
        word.append(c);
        if (word.tooLong()) {
            state = State.FATAL;
        }
    }

    private void methodWord() {
        state = State.BLANKS;
        for (Method each : Method.values()) {
            if (each != Method.NONE && word.is(each.name())) {
                method = each;
                return;
            }
        }
        fail();
    }

    private void pathWord() {
        state = State.BLANKS;
        pathMatches = word.is(wantedPath);
        if (word.length() == 0) {
            fail();
        }
    }

    private void versionWord() {
        state = State.LAST_BLANKS;
        if (word.length() == 0) {
            version = Version.HTTP_0_9;
        } else if (word.is("HTTP/1.0") || word.is("HTTP/1.1")) {
            version = Version.HTTP_1;
        } else {
            fail();
        }
    }

    private void headerWord() {
        state = State.LAST_BLANKS;
        // a Host header before Connection in the same head leaves its mark until a word is read, as in C
        if (header == Header.CONNECTION && word.isIgnoringCase("keep-alive")) {
            keepAlive = true;
        }
        header = Header.OTHER;
    }

    private boolean blanks(byte c) {
        if (size >= MAX_SIZE) {
            state = State.FATAL;
            return false;
        }
        if (c == ' ' || (c == '\t' && words >= FIRST_HEADER_WORD)) {
            size++;
            return true;
        }
        if (state == State.LAST_BLANKS) {
            state = State.LINE_END;
        } else if (words < 3) {
            word.clear();
            state = State.WORD;
        } else {
            value();
        }
        return false;
    }

    /** A header's value begins. */
    private void value() {
        switch (header) {
            case CONTENT_LENGTH -> {
                if (length.begin()) {
                    state = State.LENGTH;
                } else {
                    fail();
                }
            }
            case HOST, CONNECTION -> {
                word.clear();
                state = State.WORD;
            }
            case OTHER -> state = State.REST_OF_LINE;
        }
    }

    private boolean name(byte c) {
        if (c != ':' && c > ' ') {
            keep(c);
            return true;
        }
        if (c != ':') {
            size += word.length();
            fail();
            return false;
        }
        header = word.isIgnoringCase("host")
                ? Header.HOST
                : word.isIgnoringCase("connection")
                        ? Header.CONNECTION
                        : word.isIgnoringCase("content-length") ? Header.CONTENT_LENGTH : Header.OTHER;
        size += word.length() + 1;
        state = State.BLANKS;
        return true;
    }

    private boolean lengthDigit(byte c) {
        if (length.take(c)) {
            size++;
            return true;
        }
        if (length.hasDigits()) {
            header = Header.OTHER;
            failed |= HttpLength.isDigit(c);
            state = State.LAST_BLANKS;
        } else {
            fail();
        }
        return false;
    }

    private boolean restOfLine(byte c) {
        if (size >= MAX_SIZE) {
            state = State.FATAL;
            return false;
        }
        if (c != '\r' && c != '\n') {
            size++;
            return true;
        }
        state = State.LINE_END;
        return false;
    }

    private boolean lineEnd(byte c) {
        state = State.LINE_FEED;
        if (c == '\r') {
            size++;
            return true;
        }
        return false;
    }

    private boolean lineFeed(byte c) {
        words++;
        if (words < FIRST_HEADER_WORD) {
            words = FIRST_HEADER_WORD;
            if (failed) {
                state = State.FATAL;
                return false;
            }
        }
        if (version != Version.HTTP_1) {
            state = State.LAST_LINE_FEED;
            return false;
        }
        if (c != '\n') {
            fail();
            return false;
        }
        size++;
        state = State.LINE_START;
        return true;
    }

    private boolean lineStart(byte c) {
        if (c == '\r') {
            size++;
            state = State.LAST_LINE_FEED;
            return true;
        }
        if (c == '\n') {
            state = State.LAST_LINE_FEED;
        } else if (failed) {
            state = State.REST_OF_LINE;
        } else {
            word.clear();
            state = State.NAME;
        }
        return false;
    }

    private boolean lastLineFeed(byte c) {
        if (c != '\n') {
            state = State.FATAL;
            return false;
        }
        size++;
        state = State.DONE;
        return true;
    }

    private boolean fatal() {
        failed = true;
        state = State.DONE;
        return false;
    }

    private void fail() {
        failed = true;
        state = State.REST_OF_LINE;
    }
}
