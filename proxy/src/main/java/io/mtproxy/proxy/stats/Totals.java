package io.mtproxy.proxy.stats;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.DcSlot;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.LoopMetrics;
import java.util.Arrays;
import java.util.List;

/** The numbers of a process, or sums over several, in one flat array. Belongs to one thread. */
@SuppressWarnings("EnumOrdinal") // ordinals are indexes of the array; processes that share it run the same program
public final class Totals {
    private static final Counter[] COUNTERS = Counter.values();
    private static final CloseReason[] REASONS = CloseReason.values();
    private static final int FIGURES_AT = COUNTERS.length + REASONS.length;
    private static final int DCS_AT = FIGURES_AT + Figure.values().length;
    private static final int SECRETS_AT = DCS_AT + DcSlot.COUNT * REASONS.length;
    /** Of one secret: addresses, keys, and why its sessions ended. */
    private static final int PER_SECRET = 2 + REASONS.length;
    /** As many secrets as a command line may have. */
    private static final int MAX_SECRETS = 128;
    private static final int VIAS_AT = SECRETS_AT + PER_SECRET * MAX_SECRETS;
    /** As many proxies to Telegram as a command line may have. */
    private static final int MAX_VIAS = 16;
    /** Up to here numbers are summed; behind stand those of which the greatest counts. */
    static final int MAXIMA_AT = VIAS_AT + MAX_VIAS;
    /** How many numbers there are. */
    public static final int LENGTH = MAXIMA_AT + Maximum.values().length;

    final long[] values = new long[LENGTH];

    /** Where totals come from. */
    @FunctionalInterface
    public interface Source {
        /** Adds its numbers of this moment. */
        void addTo(Totals totals);
    }

    /** All 0. */
    public void clear() {
        Arrays.fill(values, 0);
    }

    /** Adds what another object holds. */
    public void add(Totals other) {
        add(other.values);
    }

    void add(long[] others) {
        for (int i = 0; i < MAXIMA_AT; i++) {
            values[i] += others[i];
        }
        for (int i = MAXIMA_AT; i < LENGTH; i++) {
            values[i] = Math.max(values[i], others[i]);
        }
    }

    /** Adds the counters of a loop. */
    public void add(Counters counters) {
        for (Counter counter : COUNTERS) {
            values[counter.ordinal()] += counters.get(counter);
        }
        for (CloseReason reason : REASONS) {
            values[COUNTERS.length + reason.ordinal()] += counters.get(reason);
            for (int dc = 0; dc < DcSlot.COUNT; dc++) {
                values[ofDc(reason, dc)] += counters.get(reason, dc);
            }
        }
        raise(Maximum.LAST_FORWARD_ERROR, counters.lastForwardError());
    }

    /** Adds what a loop did and holds. */
    public void add(EventLoop loop) {
        LoopMetrics metrics = loop.metrics();
        add(Figure.LOOPS, 1);
        add(Figure.RUNNING_NANOS, metrics.startedNanos() == 0 ? 0 : System.nanoTime() - metrics.startedNanos());
        add(Figure.IDLE_NANOS, metrics.idleNanos());
        add(Figure.POLLS, metrics.polls());
        add(Figure.READ_CALLS, metrics.readCalls());
        add(Figure.READ_BYTES, metrics.readBytes());
        add(Figure.WRITE_CALLS, metrics.writeCalls());
        add(Figure.WRITE_BYTES, metrics.writeBytes());
        add(Figure.ACCEPT_FAILURES, metrics.acceptFailures());
        add(Figure.TIMERS_FIRED, metrics.timersFired());
        add(Figure.BUFFER_BYTES, loop.buffers().bytesInUse());
        add(Figure.BUFFERS, loop.buffers().chunksInUse());
        raise(Maximum.DESCRIPTOR, metrics.highestDescriptor());
    }

    /** Adds to one number. */
    public void add(Figure figure, long delta) {
        values[FIGURES_AT + figure.ordinal()] += delta;
    }

    /** Offers a number that counts when it is the greatest. */
    public void raise(Maximum maximum, long value) {
        int i = MAXIMA_AT + maximum.ordinal();
        values[i] = Math.max(values[i], value);
    }

    /** Adds the use of secrets, in their order. */
    public void add(List<SecretUse> uses) {
        for (int i = 0; i < uses.size(); i++) {
            int at = SECRETS_AT + PER_SECRET * i;
            values[at] += uses.get(i).addresses();
            values[at + 1] += uses.get(i).authKeys();
            for (CloseReason reason : REASONS) {
                values[at + 2 + reason.ordinal()] += uses.get(i).ended(reason);
            }
        }
    }

    /** Adds to the number of processes for which the proxy of this index is healthy. */
    public void addVia(int index, long healthy) {
        values[VIAS_AT + index] += healthy;
    }

    /** For how many processes the proxy of this index is healthy. */
    public long via(int index) {
        return values[VIAS_AT + index];
    }

    /** Distinct client addresses that use the secret of this index now. */
    public long secretAddresses(int index) {
        return values[SECRETS_AT + PER_SECRET * index];
    }

    /** Distinct authorization keys that its clients use. */
    public long secretAuthKeys(int index) {
        return values[SECRETS_AT + PER_SECRET * index + 1];
    }

    /** Sessions with the secret of this index that ended for this reason. */
    public long secretEnds(int index, CloseReason reason) {
        return values[SECRETS_AT + PER_SECRET * index + 2 + reason.ordinal()];
    }

    /** Sessions of the data centre in this {@link DcSlot} that ended for this reason. */
    public long get(CloseReason reason, int dcSlot) {
        return values[ofDc(reason, dcSlot)];
    }

    private static int ofDc(CloseReason reason, int dcSlot) {
        return DCS_AT + dcSlot * REASONS.length + reason.ordinal();
    }

    public long get(Counter counter) {
        return values[counter.ordinal()];
    }

    /** Connections that ended for this reason. */
    public long get(CloseReason reason) {
        return values[COUNTERS.length + reason.ordinal()];
    }

    public long get(Maximum maximum) {
        return values[MAXIMA_AT + maximum.ordinal()];
    }

    public long get(Figure figure) {
        return values[FIGURES_AT + figure.ordinal()];
    }
}
