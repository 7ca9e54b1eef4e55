package io.mtproxy.tools.bench;

import io.mtproxy.tools.acceptance.Summary;
import io.mtproxy.tools.acceptance.Usage;
import io.mtproxy.tools.load.LoadReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One load on one program, once; or the medians of several times.
 *
 * @param speed MiB per second, or requests or connections per second
 * @param p50 median time of a request or connection, microseconds; 0 for streams
 * @param p99 the 99th percentile
 * @param cost processor time of the program: seconds per GiB, or microseconds per request or connection
 * @param memory of the program behind it, MiB
 * @param failures connections that failed
 */
record Turn(double speed, double p50, double p99, double cost, double memory, double failures) {

    private static final double MIB = 1 << 20;
    private static final double MILLION = 1e6;

    static Turn of(Workload.Unit unit, LoadReport report, Usage used) {
        double seconds = report.elapsed().toNanos() / 1e9;
        double failures = report.failed();
        double amount = report.rows().stream().mapToDouble(row -> switch (unit) {
            case STREAM -> (row.bytesUp() + row.bytesDown()) / MIB;
            case REQUEST -> row.requests();
            case HANDSHAKE -> row.handshakes();
        }).sum();
        double cost = amount == 0
                ? 0
                : used.cpuSeconds() / amount * (unit == Workload.Unit.STREAM ? 1024 : MILLION);
        LoadReport.Latencies times = latencies(unit, report);
        return new Turn(amount / seconds, times.p50(), times.p99(), cost, used.pssMebibytes(), failures);
    }

    /** There is one transport. */
    private static LoadReport.Latencies latencies(Workload.Unit unit, LoadReport report) {
        LoadReport.Row row = report.rows().getFirst();
        return switch (unit) {
            case STREAM -> new LoadReport.Latencies(0, 0, 0, 0);
            case REQUEST -> row.requestMicros();
            case HANDSHAKE -> row.handshakeMicros();
        };
    }

    /** Of each figure; failures are summed up. */
    static Turn median(List<Turn> turns) {
        return new Turn(median(turns, Turn::speed), median(turns, Turn::p50), median(turns, Turn::p99),
                median(turns, Turn::cost), median(turns, Turn::memory),
                turns.stream().mapToDouble(Turn::failures).sum());
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Summary.median(turns.stream().mapToDouble(figure).boxed().toList());
    }

    Map<String, Object> asMap(Workload.Unit unit) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("speed", Summary.rounded(speed));
        map.put("speedUnit", unit.speed());
        map.put("p50Micros", p50);
        map.put("p99Micros", p99);
        map.put("cost", Summary.rounded(cost));
        map.put("costUnit", unit.cost());
        map.put("memoryMebibytes", Summary.rounded(memory));
        map.put("failures", failures);
        return map;
    }
}
