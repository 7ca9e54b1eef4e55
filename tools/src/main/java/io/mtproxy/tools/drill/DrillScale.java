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
 * @param newcomers that connect for one request each time
 * @param patience how long a client waits for an answer
 * @param steady how long traffic runs before and after each switch
 */
public record DrillScale(int rounds, int clients, int streamers, int newcomers, Duration patience, Duration steady) {

    /** Between the requests of a client. */
    static final Duration PAUSE = Duration.ofMillis(50);
    /** Between the tries of a client that is cut off. */
    static final Duration RETRY = Duration.ofMillis(50);

    /** What is meant to convince: about two minutes. */
    public static DrillScale full() {
        return new DrillScale(3, 60, 4, 0, Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    /** A look: does everything work? */
    public static DrillScale quick() {
        return new DrillScale(1, 12, 2, 0, Duration.ofSeconds(2), Duration.ofSeconds(1));
    }

    /**
     * The same for upgrades in a row: about a minute. Patience is long: a late answer is to be measured, not to be lost.
     */
    public static DrillScale upgrades() {
        return new DrillScale(5, 60, 4, 8, Duration.ofSeconds(10), Duration.ofSeconds(4));
    }

    /** A look at them. */
    public static DrillScale quickUpgrades() {
        return new DrillScale(3, 12, 2, 3, Duration.ofSeconds(10), Duration.ofSeconds(1));
    }

    /** Another number of rounds. */
    public DrillScale rounds(int other) {
        return new DrillScale(other, clients, streamers, newcomers, patience, steady);
    }

    /** @param unit what a round is */
    Map<String, Object> asMap(String unit) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(unit, rounds);
        map.put("traffic", clients + " clients with a request every " + PAUSE.toMillis() + " ms, " + streamers
                + " that stream" + (newcomers == 0 ? "" : ", " + newcomers + " that connect for each request")
                + "; who is cut off tries again every " + RETRY.toMillis() + " ms and waits " + patience.toMillis()
                + " ms for an answer");
        map.put("steady traffic around each switch", steady.toMillis() + " ms");
        return map;
    }
}
