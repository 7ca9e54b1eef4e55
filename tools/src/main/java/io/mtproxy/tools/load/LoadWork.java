package io.mtproxy.tools.load;

/**
 * What one client does.
 *
 * @param mode after its first answered request
 * @param rounds requests, streams, or connections, as the mode says
 * @param minSize least bytes of data in a request
 * @param maxSize most bytes of data in a request; each size is drawn evenly from the range
 * @param streamBytes length of one stream
 * @param chunk bytes of data per packet of a stream, a multiple of 8
 * @param downWindow bytes of a stream from Telegram that may be under way unseen; 0 for any number
 * @param upWindow the same for a stream to Telegram
 * @param quickAckEvery every how manieth request wants a quick acknowledgement; 0 for none
 */
public record LoadWork(LoadMode mode, int rounds, int minSize, int maxSize, long streamBytes, int chunk, int downWindow,
        int upWindow, int quickAckEvery) {

    /** Bytes of data per packet of a stream, unless said otherwise. */
    public static final int CHUNK = 32 * 1024;
    /**
     * Bytes that may be under way to a client, unless said otherwise: about what Telegram's clients ask for at a time. A
     * proxy has no way to hold back one client's answers on a shared link, so it closes who lets tens of megabytes wait.
     */
    public static final int DOWN_WINDOW = 1 << 20;
    /** Bytes that may be under way to Telegram, unless said otherwise: as many as the proxy takes. */
    public static final int UP_WINDOW = 0;
    /** Every how manieth request wants a quick acknowledgement, unless said otherwise. */
    public static final int QUICK_ACK_EVERY = 4;

    /** Checks the bounds. */
    public LoadWork {
        LoadPlan.require(rounds > 0, "rounds", rounds, "> 0");
        LoadPlan.require(minSize >= 0 && minSize <= maxSize, "least size", minSize, "0.." + maxSize);
        LoadPlan.require(maxSize <= LoadMessage.MAX_DATA, "largest size", maxSize, "<= " + LoadMessage.MAX_DATA);
        LoadPlan.require(streamBytes >= 0, "bytes of a stream", streamBytes, ">= 0");
        LoadPlan.require(chunk > 0 && (chunk & 7) == 0 && chunk <= LoadMessage.MAX_DATA, "chunk", chunk,
                "a multiple of 8 up to " + (LoadMessage.MAX_DATA & ~7));
        LoadPlan.require(downWindow == 0 || downWindow >= 8 * chunk, "window down", downWindow,
                "0, or >= " + 8 * chunk);
        LoadPlan.require(upWindow == 0 || upWindow >= 8 * chunk, "window up", upWindow, "0, or >= " + 8 * chunk);
        LoadPlan.require(quickAckEvery >= 0, "quick acknowledgements every", quickAckEvery, ">= 0");
    }

    /** Requests one after the other. */
    public static LoadWork echo(int requests, int minSize, int maxSize) {
        return new LoadWork(LoadMode.ECHO, requests, minSize, maxSize, 0, CHUNK, DOWN_WINDOW, UP_WINDOW,
                QUICK_ACK_EVERY);
    }

    /** One stream in each direction that the mode names. */
    public static LoadWork streams(LoadMode mode, long bytes) {
        return new LoadWork(mode, 1, 256, 256, bytes, CHUNK, DOWN_WINDOW, UP_WINDOW, QUICK_ACK_EVERY);
    }

    /** The same streams with other windows. */
    public LoadWork windows(int down, int up) {
        return new LoadWork(mode, rounds, minSize, maxSize, streamBytes, chunk, down, up, quickAckEvery);
    }

    /** Connections one after the other, each for one request. */
    public static LoadWork churn(int connections) {
        return new LoadWork(LoadMode.CHURN, connections, 256, 256, 0, CHUNK, DOWN_WINDOW, UP_WINDOW, QUICK_ACK_EVERY);
    }
}
