package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.acceptance.Tally;

/**
 * What came of the clients of one phase in one round. Any thread.
 *
 * @param tcp from connecting until the connection stands
 * @param connect from connecting until the first answer from Telegram
 * @param request round trips of requests after the first
 * @param stream times of whole streams
 * @param connects connections, successful once the first answer came
 * @param requests requests after the first; those that a lost connection made impossible failed with it
 * @param streams whole streams, likewise
 */
record Outcome(Samples tcp, Samples connect, Samples request, Samples stream, Tally connects, Tally requests,
        Tally streams) {

    Outcome() {
        this(new Samples(), new Samples(), new Samples(), new Samples(), new Tally(), new Tally(), new Tally());
    }

    /** All attempts of all kinds. */
    Tally attempts() {
        Tally all = new Tally();
        all.addAll(connects);
        all.addAll(requests);
        all.addAll(streams);
        return all;
    }
}
