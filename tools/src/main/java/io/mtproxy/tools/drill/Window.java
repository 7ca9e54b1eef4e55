package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Reasons;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What ended in a span of time. Spans that follow one another leave nothing out.
 *
 * @param requests of clients that stay connected
 * @param streams of those that stream
 * @param visits from connecting to the answer
 * @param questions for the counters
 * @param breaks ends of connections that clients meant to keep
 */
record Window(List<Request> requests, List<Request> streams, List<Request> visits, List<Request> questions,
        List<Request> breaks) {

    /** What it says of clients but for the ends of their connections. */
    private Stream<Request> asked() {
        return Stream.of(requests, streams, visits).flatMap(List::stream);
    }

    /** Clients of every kind took part. */
    boolean busy() {
        return Stream.of(requests, streams, visits, questions).noneMatch(List::isEmpty);
    }

    /** Requests and visits that were not answered. */
    long unanswered() {
        return Request.failed(requests) + Request.failed(visits);
    }

    /** Times that nobody listened, for clients or for questions. */
    long refused() {
        return Stream.concat(asked(), questions.stream())
                .filter(request -> request.failure().equals(Reasons.REFUSED)).count();
    }

    /** Connections that clients meant to keep and lost; each stream that failed was on one. */
    long dropped() {
        return breaks.size() + Request.failed(streams);
    }

    /** What came and was not what it should have been: other bytes, another order, another length. */
    long wrong() {
        return Stream.concat(asked(), breaks.stream())
                .filter(request -> !request.answered() && !Reasons.ofConnection(request.failure())).count();
    }

    /** Anything that a client would have noticed; one loss may be of several kinds. */
    long lost() {
        return unanswered() + refused() + dropped() + wrong();
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("requests", Request.counts(requests));
        map.put("visits", Request.counts(visits));
        map.put("streams", Request.counts(streams));
        map.put("questionsForStats", Request.counts(questions));
        map.put("brokenOff", breaks.stream().map(Request::failure).toList());
        return map;
    }
}
