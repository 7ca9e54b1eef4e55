package io.mtproxy.tools.sim;

import io.mtproxy.tools.sim.SimulatedDataCentre.Named;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The running numbers behind {@link DirectStatistics}. Any thread. */
final class DirectCounters extends AnswerCounters {
    final LongAdder connectionsNow = new LongAdder();
    final LongAdder connectionsTotal = new LongAdder();
    final LongAdder headersRefused = new LongAdder();
    final LongAdder packets = new LongAdder();
    final LongAdder packetsUnencrypted = new LongAdder();
    final LongAdder packetsRejected = new LongAdder();
    final LongAdder closedByProxy = new LongAdder();

    private final Map<Named, LongAdder> named = new ConcurrentHashMap<>();

    void named(Named what) {
        named.computeIfAbsent(what, absent -> new LongAdder()).increment();
    }

    Map<Named, Long> named() {
        return named.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum()));
    }

    DirectStatistics read() {
        return new DirectStatistics(connectionsNow.sum(), connectionsTotal.sum(), headersRefused.sum(), packets.sum(),
                packetsUnencrypted.sum(), packetsRejected.sum(), answers.sum(), simpleAcks.sum(), closedByProxy.sum(),
                bytesIn.sum(), bytesOut.sum(), keysMade.sum(), queries.sum());
    }
}
