package io.mtproxy.tools.load;

import java.util.Arrays;

/** A stream from Telegram to client, as it comes. One thread. */
final class Download {

    private final long seed;
    private final long total;
    private final int window;
    private final StreamDigest digest = new StreamDigest();
    private boolean complete;

    Download(long seed, long total, int window) {
        this.seed = seed;
        this.total = total;
        this.window = window;
        this.complete = total == 0;
    }

    long seed() {
        return seed;
    }

    boolean complete() {
        return complete;
    }

    long received() {
        return digest.bytes();
    }

    /** Takes a piece; tells whether the sender should hear how far it is. */
    boolean accept(LoadMessage message, byte[] b, int off) throws LoadFailure {
        long before = received();
        LoadExchange.expect(digest.add(message.sequence(), b, off, message.dataLength()),
                "a piece of a download out of turn");
        return StreamWindow.due(window, before, received());
    }

    void end(LoadMessage end, byte[] b, int off) throws LoadFailure {
        StreamDigest.Result result = digest.finish();
        LoadExchange.expect(result.bytes() == total && end.total() == total, "a download of other length arrived");
        LoadExchange.expect(Arrays.equals(b, off, off + end.dataLength(), result.sha256(), 0, result.sha256().length),
                "SHA-256 of a download differs");
        complete = true;
    }
}
