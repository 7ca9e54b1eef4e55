package io.mtproxy.proxy.events;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The numbers of one loop: a flat array with one writer, the loop's thread. Any thread may read; it sees recent values.
 */
@SuppressWarnings("EnumOrdinal") // the ordinal is the index of the array, inside one process only
public final class Counters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int COUNTERS = Counter.values().length;

    /** Taken back when their connection ends. */
    private static final Set<Counter> GAUGES = EnumSet.of(Counter.CLIENTS, Counter.CLIENTS_UNPROVEN, Counter.SPLICES,
            Counter.LANES, Counter.LINKS, Counter.LINKS_CONNECTED, Counter.LINKS_READY, Counter.TARGETS_READY,
            Counter.TARGETS, Counter.LINKS_DH, Counter.DIRECT_SESSIONS);
    private static final String LAST_FORWARD_ERROR = "last_forward_error";
    private static final int REASONS = CloseReason.values().length;

    /** Counters, then reasons, then reasons by data centre. */
    private final long[] values = new long[COUNTERS + REASONS + DcSlot.COUNT * REASONS];
    private volatile long lastForwardError;

    /**
     * What was counted so far, by name, to go on elsewhere; gauges are not among it: who takes connections over raises them.
     */
    public Map<String, Long> save() {
        Map<String, Long> saved = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            if (!GAUGES.contains(counter) && values[counter.ordinal()] != 0) {
                saved.put(counter.name(), values[counter.ordinal()]);
            }
        }
        for (CloseReason reason : CloseReason.values()) {
            for (int slot = -1; slot < DcSlot.COUNT; slot++) {
                long value = values[place(reason, slot)];
                if (value != 0) {
                    saved.put(name(reason, slot), value);
                }
            }
        }
        saved.put(LAST_FORWARD_ERROR, lastForwardError);
        return saved;
    }

    /** Goes on where others stood: what is not named begins with 0, names that are unknown here are passed over. */
    public void restore(Map<String, Long> saved) {
        for (Counter counter : Counter.values()) {
            if (!GAUGES.contains(counter)) {
                VALUES.setOpaque(values, counter.ordinal(), saved.getOrDefault(counter.name(), 0L));
            }
        }
        for (CloseReason reason : CloseReason.values()) {
            for (int slot = -1; slot < DcSlot.COUNT; slot++) {
                VALUES.setOpaque(values, place(reason, slot), saved.getOrDefault(name(reason, slot), 0L));
            }
        }
        lastForwardError = saved.getOrDefault(LAST_FORWARD_ERROR, 0L);
    }

    private static String name(CloseReason reason, int dcSlot) {
        return dcSlot < 0 ? reason.name() : reason.name() + '@' + dcSlot;
    }

    /** Adds one. */
    public void increment(Counter counter) {
        add(counter, 1);
    }

    /** Adds a delta, negative for gauges that fall. */
    public void add(Counter counter, long delta) {
        int i = counter.ordinal();
        VALUES.setOpaque(values, i, values[i] + delta);
    }

    /** Counts the end of a connection. */
    public void closed(CloseReason reason) {
        int i = COUNTERS + reason.ordinal();
        VALUES.setOpaque(values, i, values[i] + 1);
    }

    /** Counts the end of a session of this data centre, besides. */
    void closed(CloseReason reason, int dc) {
        int i = place(reason, DcSlot.of(dc));
        VALUES.setOpaque(values, i, values[i] + 1);
    }

    private static int place(CloseReason reason, int dcSlot) {
        return COUNTERS + (1 + dcSlot) * REASONS + reason.ordinal();
    }

    /** Sessions of the data centre in this {@link DcSlot} that ended for this reason; any thread. */
    public long get(CloseReason reason, int dcSlot) {
        return (long) VALUES.getOpaque(values, place(reason, dcSlot));
    }

    /** Packets for this data centre found no link. */
    public void forwardError(int dc) {
        lastForwardError = ((System.currentTimeMillis() / 1000) << Short.SIZE) | (dc & 0xffff);
    }

    /** When and for which data centre packets last found no link: {@code unix seconds << 16 | number}, 0 = never. Any thread. */
    public long lastForwardError() {
        return lastForwardError;
    }

    /** The value now; any thread. */
    public long get(Counter counter) {
        return (long) VALUES.getOpaque(values, counter.ordinal());
    }

    /** Connections that ended for this reason; any thread. */
    public long get(CloseReason reason) {
        return (long) VALUES.getOpaque(values, COUNTERS + reason.ordinal());
    }
}
