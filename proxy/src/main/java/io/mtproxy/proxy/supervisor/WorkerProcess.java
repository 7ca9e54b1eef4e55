package io.mtproxy.proxy.supervisor;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.os.ChildProcess;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.OsException;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.StatsSource.Own;
import io.mtproxy.proxy.stats.Totals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One worker, as its supervisor sees it. Not thread-safe. */
final class WorkerProcess {
    /** Seconds without a heartbeat after which a worker that served is given up. */
    static final int SILENT_SECONDS = 10;
    /** The same for one that starts: many starting at once on a small machine may take long. */
    static final int STARTING_SECONDS = 300;

    private final int number;
    private final ChildProcess process;
    private final Board.Slot slot;
    private final UnixSocket orders;
    private final List<Signal> waiting = new ArrayList<>();
    private long beats;
    private int silentSeconds;

    /** @param orders our end, its other one is the worker's */
    WorkerProcess(int number, ChildProcess process, Board.Slot slot, UnixSocket orders) {
        this.number = number;
        this.process = process;
        this.slot = slot;
        this.orders = orders;
    }

    UnixSocket orders() {
        return orders;
    }

    Board.Slot slot() {
        return slot;
    }

    ChildProcess process() {
        return process;
    }

    /** Why the proxy has to end, or null. Lines for the log, the last one as C has it. */
    @Nullable
    List<String> trouble() {
        try {
            return process.running()
                    ? null
                    : List.of(name() + " " + process.end(), "Child " + process.pid() + " terminated, aborting");
        } catch (OsException e) {
            return List.of("Child " + process.pid() + ": unknown result during wait (-1, " + e.reason()
                    + "), aborting");
        }
    }

    /**
     * Compares heartbeats; to be called once per second. Counts calls, not time: when everything was stopped for a while, as a
     * frozen container, nobody is to blame.
     */
    @Nullable
    List<String> silence() {
        long now = slot.beats();
        if (now != beats) {
            beats = now;
            silentSeconds = 0;
            return null;
        }
        silentSeconds++;
        int patience = beats > Board.Slot.READY ? SILENT_SECONDS : STARTING_SECONDS;
        return silentSeconds <= patience
                ? null
                : List.of(name() + " has not answered for more than " + patience + " seconds, aborting");
    }

    /** Passes a signal on, or keeps it until the worker has handlers: before, it would end it. */
    void forward(Signal signal) {
        if (slot.beats() >= Board.Slot.READY) {
            process.signal(signal);
        } else if (!waiting.contains(signal)) {
            waiting.add(signal);
        }
    }

    /** Sends what waited, once the worker is ready. Returns whether something still waits. */
    boolean forwardWaiting() {
        if (slot.beats() >= Board.Slot.READY) {
            for (Signal signal : waiting) {
                process.signal(signal);
            }
            waiting.clear();
        }
        return !waiting.isEmpty();
    }

    /** What this worker alone does, for the statistics. */
    List<Own> own() {
        Totals totals = new Totals();
        slot.addTo(totals);
        String key = "worker_" + number;
        return List.of(new Own(key + "_pid", Long.toString(process.pid())),
                new Own(key + "_clients", Long.toString(totals.get(Counter.CLIENTS))),
                new Own(key + "_clients_accepted", Long.toString(totals.get(Counter.CLIENTS_ACCEPTED))));
    }

    private String name() {
        return "worker " + number + " (pid " + process.pid() + ")";
    }
}
