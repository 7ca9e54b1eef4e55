package io.mtproxy.tools.drill;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How big a drill is.
 *
 * @param rounds how often the whole sequence is played
 * @param clients that send a request every {@link #PAUSE} and reconnect when they are cut off
 * @param streamers that stream without end and reconnect when they are cut off
 * @param patience how long a client waits for an answer
 * @param steady how long traffic runs before and after each switch
 */
public record DrillScale(int rounds, int clients, int streamers, Duration patience, Duration steady) {

    /** Between the requests of a client. */
    static final Duration PAUSE = Duration.ofMillis(50);
    /** Between the tries of a client that is cut off. */
    static final Duration RETRY = Duration.ofMillis(50);

    /** What is meant to convince: about two minutes. */
    public static DrillScale full() {
        return new DrillScale(3, 60, 4, Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    /** A look: does everything work? */
    public static DrillScale quick() {
        return new DrillScale(1, 12, 2, Duration.ofSeconds(2), Duration.ofSeconds(1));
    }

    /** Another number of rounds. */
    public DrillScale rounds(int other) {
        return new DrillScale(other, clients, streamers, patience, steady);
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rounds", rounds);
        map.put("traffic", clients + " clients with a request every " + PAUSE.toMillis() + " ms, " + streamers
                + " that stream; who is cut off tries again every " + RETRY.toMillis() + " ms and waits "
                + patience.toMillis() + " ms for an answer");
        map.put("steady traffic around each switch", steady.toMillis() + " ms");
        return map;
    }
}
