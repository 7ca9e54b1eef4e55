package io.mtproxy.tools.stability;

import java.time.Duration;

/**
 * How hard and how long.
 *
 * @param crowd connections of each hostile crowd
 * @param hiddenCrowd the same where the proxy hides behind a site, which has as many
 * @param waitForDeadline whether crowds stay until the proxy closes them; else they leave by themselves
 * @param burst clients that come at once
 * @param slowReaders clients that ask for much and read nothing
 * @param oversized clients that announce a packet beyond the limit
 * @param resets connections that end with a reset
 * @param soakClients clients of the soak
 * @param soak how long the soak lasts
 * @param latencyFactor how many times as long as in quiet real clients may wait (99th percentile) while a crowd is there
 * @param latencyFloorMillis what they may wait in any case
 * @param crowdSlack MiB of resident memory that a crowd may take at once, besides what it takes for each connection: a heap that
 *     still finds its size grows in steps, and a small crowd is no match for one of them
 * @param residentGrowth MiB by which resident memory may grow in the last two thirds of the soak
 * @param upgrades how often the proxy is replaced
 */
public record StabilityPlan(int crowd, int hiddenCrowd, boolean waitForDeadline, int burst, int slowReaders,
        int oversized, int resets,
        int soakClients, Duration soak, double latencyFactor, double latencyFloorMillis,
        int crowdSlack, int residentGrowth, Upgrades upgrades) {

    private static final Duration SHORT_SOAK = Duration.ofSeconds(30);

    /**
     * How often the proxy is replaced.
     *
     * @param runs how often three times in a row under load
     * @param inARow how often in a row with sessions that rest
     * @param resting how many of those
     * @param frozenMillis how long it may stand still
     * @param slowestMillis how long a client under load may wait for an answer meanwhile
     * @param residentGrowth MiB by which resident memory may grow from the first upgrade to the last
     */
    public record Upgrades(int runs, int inARow, int resting, long frozenMillis, long slowestMillis,
            int residentGrowth) {}

    /**
     * About two minutes: what every run of all tests can afford. It shares its machine with others, so that its bound of time finds
     * a stall and nothing less, and its bounds of memory leave room for a heap that still finds its size.
     */
    public static StabilityPlan brief() {
        return new StabilityPlan(2000, 500, false, 300, 2, 60, 600, 40, SHORT_SOAK, 4, 1000, 32, 64,
                new Upgrades(1, 6, 50, 5000, 10_000, 32));
    }

    /** Crowds of 10,000, and of 4,000 in front of a site, that are waited for, and a soak for so long. */
    public static StabilityPlan full(Duration soak) {
        return new StabilityPlan(10_000, 4000, true, 2000, 4, 600, 10_000, 60, soak, 2, 5, 0, 16,
                new Upgrades(10, 50, 200, 500, 2000, 8));
    }

    /** The same with crowds of at most so many connections, when the limit of open files is low. */
    public StabilityPlan crowdsUpTo(int connections) {
        return new StabilityPlan(Math.min(crowd, connections), Math.min(hiddenCrowd, connections / 2),
                waitForDeadline, Math.min(burst, connections), slowReaders, oversized, resets, soakClients, soak,
                latencyFactor, latencyFloorMillis, crowdSlack, residentGrowth, upgrades);
    }

    /** Connections at a time, besides those of real clients. */
    public int connections() {
        return Math.max(crowd, burst);
    }
}
