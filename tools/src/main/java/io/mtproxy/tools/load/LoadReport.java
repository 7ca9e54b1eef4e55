package io.mtproxy.tools.load;

import io.mtproxy.wire.obfuscated.Transport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a load, now or at its end.
 *
 * @param rows one per transport
 * @param elapsed since its start
 */
public record LoadReport(List<Row> rows, Duration elapsed) {

    /**
     * Times in microseconds.
     *
     * @param p50 median
     * @param p95 95th percentile
     * @param p99 99th percentile
     * @param max the longest
     */
    public record Latencies(long p50, long p95, long p99, long max) {

        private Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("p50", p50);
            map.put("p95", p95);
            map.put("p99", p99);
            map.put("max", max);
            return map;
        }
    }

    /**
     * The clients of one transport.
     *
     * @param transport their framing
     * @param handshakes connections whose first request was answered
     * @param requests answered requests and completed streams
     * @param quickAcks requests whose acknowledgement came
     * @param bytesUp bytes of data that arrived at Telegram unharmed
     * @param bytesDown bytes of data that arrived at the clients unharmed
     * @param handshakeMicros from connecting to the first answer
     * @param requestMicros round trips of requests, the first of each connection left out
     * @param failures how often which reason ended a connection
     */
    public record Row(Transport transport, long handshakes, long requests, long quickAcks, long bytesUp,
            long bytesDown, Latencies handshakeMicros, Latencies requestMicros, Map<String, Long> failures) {

        private Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("transport", transport.name().toLowerCase(Locale.ROOT));
            map.put("handshakes", handshakes);
            map.put("requests", requests);
            map.put("quickAcks", quickAcks);
            map.put("bytesUp", bytesUp);
            map.put("bytesDown", bytesDown);
            map.put("handshakeMicros", handshakeMicros.asMap());
            map.put("requestMicros", requestMicros.asMap());
            map.put("failures", failures);
            return map;
        }

        /** Connections that failed. */
        public long failed() {
            return failures.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Connections whose first request was answered, in all transports. */
    public long handshakes() {
        return rows.stream().mapToLong(Row::handshakes).sum();
    }

    /** Connections that failed, in all transports. */
    public long failed() {
        return rows.stream().mapToLong(Row::failed).sum();
    }

    /** For a JSON file. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ok", failed() == 0);
        map.put("elapsedMillis", elapsed.toMillis());
        map.put("transports", rows.stream().map(Row::asMap).toList());
        return map;
    }
}
