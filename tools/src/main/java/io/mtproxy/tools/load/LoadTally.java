package io.mtproxy.tools.load;

import io.mtproxy.wire.obfuscated.Transport;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What the clients of one transport have done so far. Any thread. */
final class LoadTally {

    private static final int SIGNIFICANT_DIGITS = 3;

    private final LongAdder handshakes = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder quickAcks = new LongAdder();
    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();
    private final Histogram handshakeMicros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
    private final Histogram requestMicros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

    void handshake(long nanos) {
        handshakes.increment();
        handshakeMicros.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    void request(long nanos, int bytes, boolean quickAck) {
        requestMicros.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
        streamed(bytes, bytes);
        if (quickAck) {
            quickAcks.increment();
        }
    }

    void streamed(long down, long up) {
        requests.increment();
        bytesDown.add(down);
        bytesUp.add(up);
    }

    void failed(String reason) {
        failures.computeIfAbsent(reason, name -> new LongAdder()).increment();
    }

    LoadReport.Row row(Transport transport) {
        Map<String, Long> reasons = new TreeMap<>();
        failures.forEach((reason, times) -> reasons.put(reason, times.sum()));
        return new LoadReport.Row(transport, handshakes.sum(), requests.sum(), quickAcks.sum(), bytesUp.sum(),
                bytesDown.sum(), latencies(handshakeMicros), latencies(requestMicros), reasons);
    }

    private static LoadReport.Latencies latencies(Histogram micros) {
        return new LoadReport.Latencies(micros.getValueAtPercentile(50), micros.getValueAtPercentile(95),
                micros.getValueAtPercentile(99), micros.getMaxValue());
    }
}
