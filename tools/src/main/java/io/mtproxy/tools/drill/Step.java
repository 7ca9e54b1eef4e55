package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One restart of the service, with or without a change of the program. Times in milliseconds.
 *
 * @param kind which one
 * @param stop from SIGTERM until the old process was gone
 * @param exitCode of the old process
 * @param mainLoop from starting the new process until it said that it serves
 * @param start the same until clients can connect and counters are told
 * @param back from SIGTERM until every client had an answer to a request, and every streamer a stream, that it began after
 *        the new main loop
 * @param heard the same without those that the reference, started and still without links, left waiting
 * @param before requests begun before the signal
 * @param between requests begun after it and before the new main loop: the switch
 * @param early requests begun after the new main loop of the reference and before its first answer: it drops what comes
 *        before its links to Telegram are up, whoever ran before it; none when the candidate starts
 * @param after requests begun later
 * @param streams of both times
 * @param statsAnswered how many questions for the counters were answered, of {@code statsAsked}
 * @param statsAsked before and after
 */
record Step(Kind kind, double stop, int exitCode, double mainLoop, double start, double back, double heard,
        List<Request> before,
        List<Request> between, List<Request> early, List<Request> after, List<Request> streams, int statsAnswered,
        int statsAsked) {

    /** The steps of a drill, in their order. */
    enum Kind {
        /** Reference to reference: what a restart costs today. */
        BASELINE("baseline"),
        /** Reference to candidate. */
        CUTOVER("cutover"),
        /** Candidate to reference. */
        ROLLBACK("rollback");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("step", kind.label());
        map.put("stopMillis", Summary.rounded(stop));
        map.put("exitCode", exitCode);
        map.put("mainLoopMillis", Summary.rounded(mainLoop));
        map.put("startMillis", Summary.rounded(start));
        map.put("allBackMillis", Summary.rounded(back));
        map.put("allHeardBackMillis", Summary.rounded(heard));
        map.put("requestsBefore", Request.counts(before));
        map.put("requestsDuringSwitch", Request.counts(between));
        map.put("requestsBeforeTheReferenceHadLinks", Request.counts(early));
        map.put("requestsAfter", Request.counts(after));
        map.put("streams", Request.counts(streams));
        map.put("statsAnswered", statsAnswered);
        map.put("statsAsked", statsAsked);
        return map;
    }
}
