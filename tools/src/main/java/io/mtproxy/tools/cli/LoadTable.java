package io.mtproxy.tools.cli;

import io.mtproxy.tools.load.LoadReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as a small table for people. */
final class LoadTable {

    private LoadTable() {}

    static List<String> lines(LoadReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(row("transport", "handshakes", "requests", "sent", "received", "p50", "p99", "failures"));
        for (LoadReport.Row row : report.rows()) {
            lines.add(row(name(row), row.handshakes(), row.requests(), bytes(row.bytesUp()), bytes(row.bytesDown()),
                    millis(row.requestMicros().p50()), millis(row.requestMicros().p99()), row.failed()));
        }
        for (LoadReport.Row row : report.rows()) {
            row.failures().forEach((reason, times) -> lines.add("  " + name(row) + ": " + times + " x " + reason));
        }
        return lines;
    }

    static String bytes(long bytes) {
        double mib = bytes / 1048576.0;
        return mib >= 1
                ? String.format(Locale.ROOT, "%.1f MiB", mib)
                : String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }

    private static String millis(long micros) {
        return micros == 0 ? "-" : String.format(Locale.ROOT, "%.2f ms", micros / 1000.0);
    }

    private static String name(LoadReport.Row row) {
        return row.transport().name().toLowerCase(Locale.ROOT);
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "  %-12s %10s %9s %10s %10s %9s %9s %9s", cells);
    }
}
