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
 * @param quickAckEvery every how manieth request wants a quick acknowledgement; 0 for none
 */
public record LoadWork(LoadMode mode, int rounds, int minSize, int maxSize, long streamBytes, int chunk,
        int quickAckEvery) {

    /** Bytes of data per packet of a stream, unless said otherwise. */
    public static final int CHUNK = 32 * 1024;
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
        LoadPlan.require(quickAckEvery >= 0, "quick acknowledgements every", quickAckEvery, ">= 0");
    }

    /** Requests one after the other. */
    public static LoadWork echo(int requests, int minSize, int maxSize) {
        return new LoadWork(LoadMode.ECHO, requests, minSize, maxSize, 0, CHUNK, QUICK_ACK_EVERY);
    }

    /** One stream in each direction that the mode names. */
    public static LoadWork streams(LoadMode mode, long bytes) {
        return new LoadWork(mode, 1, 256, 256, bytes, CHUNK, QUICK_ACK_EVERY);
    }

    /** Connections one after the other, each for one request. */
    public static LoadWork churn(int connections) {
        return new LoadWork(LoadMode.CHURN, connections, 256, 256, 0, CHUNK, QUICK_ACK_EVERY);
    }
}
