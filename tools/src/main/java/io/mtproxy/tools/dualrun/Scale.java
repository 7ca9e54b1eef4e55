package io.mtproxy.tools.dualrun;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much is done to each program in each round.
 *
 * @param rounds how often each program has its turn
 * @param warmUp how long the same mixture as under load runs before anything is judged, about
 * @param statsWarmUp questions asked of an idle program before they are judged
 * @param statsQuestions asked of an idle program, one after the other
 * @param canaryClients at once
 * @param canaryConnections of each, one after the other
 * @param canaryRequests on each connection
 * @param loadTime how long the load lasts, about
 * @param talkers clients that send a request every {@link #TALK_PAUSE}
 * @param comers clients that connect anew every {@link #COME_PAUSE}
 * @param streamers clients that stream in both directions every {@link #STREAM_PAUSE}
 * @param streamBytes length of such a stream in each direction
 * @param mirrored sessions whose bytes go to both programs
 */
public record Scale(int rounds, Duration warmUp, int statsWarmUp, int statsQuestions, int canaryClients,
        int canaryConnections, int canaryRequests,
        Duration loadTime, int talkers, int comers, int streamers, int streamBytes, int mirrored) {

    /** Between the requests of a client under load. */
    static final Duration TALK_PAUSE = Duration.ofMillis(50);
    /** Between the connections of a client that reconnects. */
    static final Duration COME_PAUSE = Duration.ofMillis(100);
    /** Between the streams of a client. */
    static final Duration STREAM_PAUSE = Duration.ofSeconds(1);
    /** Between questions for the counters under load. */
    static final Duration ASK_PAUSE = Duration.ofMillis(20);

    /** What is meant to convince: about three minutes. */
    public static Scale full() {
        return new Scale(3, Duration.ofSeconds(4), 200, 400, 6, 80, 8, Duration.ofSeconds(8), 80, 12, 6, 2 << 20, 60);
    }

    /** A look: does everything work? Too little for percentiles to mean much. */
    public static Scale quick() {
        return new Scale(1, Duration.ofSeconds(1), 20, 40, 6, 8, 4, Duration.ofSeconds(2), 20, 4, 3, 1 << 20, 12);
    }

    /** Another number of rounds. */
    public Scale rounds(int other) {
        return new Scale(other, warmUp, statsWarmUp, statsQuestions, canaryClients, canaryConnections, canaryRequests,
                loadTime, talkers,
                comers, streamers, streamBytes, mirrored);
    }

    /** For a report. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rounds", rounds);
        map.put("warm-up, not judged", warmUp.toMillis() + " ms of the load, " + statsWarmUp
                + " questions for counters");
        map.put("questions for counters, idle", statsQuestions);
        map.put("canary", canaryClients + " clients, " + canaryConnections + " connections each, " + canaryRequests
                + " requests on each");
        map.put("load", loadTime.toSeconds() + " s: " + talkers + " clients with a request every "
                + TALK_PAUSE.toMillis() + " ms, " + comers + " that reconnect every " + COME_PAUSE.toMillis() + " ms, "
                + streamers + " that stream " + (streamBytes >> 20) + " MiB each way every " + STREAM_PAUSE.toSeconds()
                + " s, counters every " + ASK_PAUSE.toMillis() + " ms");
        map.put("mirrored sessions", mirrored);
        return map;
    }
}
