package io.mtproxy.proxy.cli;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Settings;

/**
 * The value of {@code -p}: one port or a range. A single port given anywhere on the line wins over a range, as in C.
 *
 * @param port the single port, or {@link Settings#NO_PORT}
 * @param start first port of the range, 0 without a range
 * @param end last port of the range, -1 without a range
 */
record PortRange(int port, int start, int end) {
    static final PortRange NONE = new PortRange(Settings.NO_PORT, 0, -1);

    /** What {@code -p value} makes of the ports given so far. */
    static PortRange parse(String value, PortRange before) throws Refusal {
        Numbers.Scanned first = Numbers.scan(value, 0);
        if (first.end() == 0 || first.value() <= 0) {
            throw Refusal.withUsage();
        }
        boolean colon = first.end() < value.length() && value.charAt(first.end()) == ':';
        Numbers.Scanned last = Numbers.scan(value, Math.min(first.end() + 1, value.length()));
        if (!colon || last.end() <= first.end() + 1) {
            return new PortRange(Values.port("-p", first.value()), before.start(), before.end());
        }
        if (first.value() > last.value()) {
            throw Refusal.withUsage();
        }
        return new PortRange(before.port(), Values.port("-p", first.value()), Values.port("-p", last.value()));
    }
}
