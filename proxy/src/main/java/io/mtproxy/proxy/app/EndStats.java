package io.mtproxy.proxy.app;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.DcSlot;
import io.mtproxy.proxy.stats.StatsSource.Own;
import io.mtproxy.proxy.stats.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Why connections ended, as lines of {@code /stats}: all reasons, then those that occurred by data centre and by secret. */
final class EndStats {
    private EndStats() {}

    static List<Own> lines(Totals all, int secrets) {
        List<Own> lines = new ArrayList<>();
        for (CloseReason reason : CloseReason.values()) {
            lines.add(line("closed_", reason, all.get(reason)));
        }
        for (int slot = 0; slot < DcSlot.COUNT; slot++) {
            int dc = slot;
            occurred(lines, "closed_dc_" + DcSlot.name(dc) + '_', reason -> all.get(reason, dc));
        }
        for (int i = 0; i < secrets; i++) {
            int secret = i;
            occurred(lines, "secret_" + (secret + 1) + "_closed_", reason -> all.secretEnds(secret, reason));
        }
        return lines;
    }

    private static void occurred(List<Own> lines, String prefix, ToLongFunction<CloseReason> ends) {
        for (CloseReason reason : CloseReason.values()) {
            long n = ends.applyAsLong(reason);
            if (n > 0) {
                lines.add(line(prefix, reason, n));
            }
        }
    }

    private static Own line(String prefix, CloseReason reason, long ends) {
        return new Own(prefix + reason.name().toLowerCase(Locale.ROOT), Long.toString(ends));
    }
}
