package io.mtproxy.tools.probe;

import java.util.Arrays;

/**
 * One round.
 *
 * @param before what the site did first
 * @param proxy what the proxy did then
 * @param after what the site did last
 */
record Trial(Observation before, Observation proxy, Observation after) {

    /** The site did the same both times. */
    boolean sameAtSite() {
        return before.shape().equals(after.shape());
    }

    /** The site sends the same bytes each time, and the proxy others. */
    boolean otherBytes() {
        return Arrays.equals(before.bytes(), after.bytes()) && !Arrays.equals(before.bytes(), proxy.bytes());
    }
}
